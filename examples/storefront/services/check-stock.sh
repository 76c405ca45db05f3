#!/bin/sh
# A script check: exit code 0 passes, 1 warns, any other is critical. What it prints becomes the check's output.
#   check-stock.sh FILE
if [ ! -f "$1" ]; then
  echo "there is no stock list"
  exit 2
fi
count=$(wc -l <"$1")
echo "$((count)) articles in stock"
[ "$count" -gt 0 ]
