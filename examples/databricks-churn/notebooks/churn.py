# Databricks notebook source
# MAGIC %md
# MAGIC # Churn: a scorecard that is trained, and that scores the newest month
# MAGIC
# MAGIC Reads `customers`, writes `scorecard` and `predictions` to the same schema. The gate reads the predictions:
# MAGIC `modelgate.yaml`, in the folder above.

# COMMAND ----------

dbutils.widgets.text("catalog", "ppd")
dbutils.widgets.text("schema", "churn")
dbutils.widgets.text("trained_on", "1", "version of customers to train on")

CATALOG, SCHEMA = dbutils.widgets.get("catalog"), dbutils.widgets.get("schema")
TRAINED_ON = int(dbutils.widgets.get("trained_on"))
# A band with few customers leans on the rate of all: as if it had so many more of them.
PRIOR_ROWS = 50


def named(table):
    return f"`{CATALOG}`.`{SCHEMA}`.`{table}`"


# COMMAND ----------

# MAGIC %md
# MAGIC ## Train
# MAGIC
# MAGIC On one version of the table, the one that the gate reads as reference.

# COMMAND ----------

from pyspark.sql import functions as F


def banded(customers):
    return customers.withColumn("band", F.least(F.floor(F.col("tenure") / 12), F.lit(5)).cast("int"))


training = banded(spark.sql(f"SELECT * FROM {named('customers')} VERSION AS OF {TRAINED_ON}"))
training = training.where("churned IS NOT NULL")
overall = training.agg(F.avg("churned")).first()[0]
scorecard = training.groupBy("contract", "band").agg(
    ((F.sum("churned") + F.lit(PRIOR_ROWS * overall)) / (F.count("*") + F.lit(PRIOR_ROWS))).alias("p_churn"))
scorecard.write.mode("overwrite").saveAsTable(named("scorecard"))

# COMMAND ----------

# MAGIC %md
# MAGIC ## Score the newest month

# COMMAND ----------

customers = banded(spark.table(named("customers")))
newest = customers.agg(F.max("month")).first()[0]
predictions = (
    customers.where(F.col("month") == F.lit(newest))
    .join(spark.table(named("scorecard")), ["contract", "band"], "left")
    .select("customer_id", "month", "contract", "tenure", "charges", "churned",
            F.coalesce("p_churn", F.lit(overall)).alias("p_churn")))
predictions.write.mode("overwrite").saveAsTable(named("predictions"))

# COMMAND ----------

dbutils.notebook.exit(f"trained on version {TRAINED_ON}, scored {newest}")
