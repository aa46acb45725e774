"""What is measured about the allocation: made-up cities, and contenders who place their families.

python -m benchmarks.allocation      runs the contenders and prints a table
python -m benchmarks.towns           writes a city as a problem file
"""
