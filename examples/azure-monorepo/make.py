#!/usr/bin/env python3
"""Makes the made-up data of the three models: small, the same on every machine, and like nothing real."""
import csv
import math
import pathlib
import random

HERE = pathlib.Path(__file__).parent / "models"


def write(path, header, rows):
    with open(HERE / path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def churn(dice, count, first):
    """Customers who leave: the more calls to the help desk, the likelier; the model sees some of it."""
    for i in range(count):
        months, calls = dice.randint(1, 60), min(9, int(dice.expovariate(0.6)))
        fee = round(dice.uniform(10, 90), 2)
        odds = -1.2 + 0.8 * calls - 0.04 * months + 0.01 * fee
        left = int(dice.random() < 1 / (1 + math.exp(-odds)))
        score = 1 / (1 + math.exp(-(odds + dice.gauss(0, 0.4))))
        yield [first + i, months, calls, fee, left, round(score, 4)]


def demand(dice, count, first):
    """Parcels a day at depots: a weekly rhythm and some noise; the forecast misses a little of it."""
    for i in range(count):
        depot, weekday = dice.choice(["north", "south", "harbour"]), i % 7
        level = {"north": 420, "south": 260, "harbour": 610}[depot] * (1.15 if weekday < 5 else 0.55)
        parcels = max(0, round(level + dice.gauss(0, 25)))
        yield [first + i, depot, weekday, parcels, round(level + dice.gauss(0, 12), 1)]


def fraud(dice, count, first):
    """Payments, of which few are fraud: large ones at night more often."""
    for i in range(count):
        amount, hour = round(math.exp(dice.gauss(3.4, 0.9)), 2), dice.randint(0, 23)
        odds = -4.2 + 0.012 * amount + (1.6 if hour < 6 else 0)
        bad = int(dice.random() < 1 / (1 + math.exp(-odds)))
        score = 1 / (1 + math.exp(-(odds + 1.1 * bad + dice.gauss(0, 0.3))))
        yield [first + i, amount, hour, bad, round(score, 4)]


def main():
    dice = random.Random(20260101)
    head = ["customer", "months", "calls", "fee"]
    write("churn/data/train.csv", head, (row[:4] for row in churn(dice, 900, 1)))
    rows = list(churn(dice, 600, 5001))
    write("churn/scored/latest.csv", head + ["left", "p_left"], rows)
    head = ["day", "depot", "weekday", "parcels"]
    write("demand/data/train.csv", head, (row[:4] for row in demand(dice, 700, 1)))
    write("demand/scored/latest.csv", head + ["forecast"], demand(dice, 420, 701))
    head = ["payment", "amount", "hour"]
    write("fraud-score/data/train.csv", head, (row[:3] for row in fraud(dice, 900, 1)))
    write("fraud-score/scored/latest.csv", head + ["fraud", "score"], fraud(dice, 800, 9001))


main()
