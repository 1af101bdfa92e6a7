# Scores of two months: the later ones are a little worse.
mkdir -p data
awk 'BEGIN { print "id,late,p"; for (i = 0; i < 200; i++) { y = (i % 5 == 0); print i "," y "," (y ? 0.30 + (i % 13) / 20 : (i % 11) / 20) } }' > data/january.csv
awk 'BEGIN { print "id,late,p"; for (i = 0; i < 200; i++) { y = (i % 5 == 0); print i "," y "," (y ? 0.20 + (i % 13) / 20 : (i % 11) / 20) } }' > data/february.csv
