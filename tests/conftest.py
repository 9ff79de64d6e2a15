import os

# More threads wait for each other where others compute as well. OpenBLAS reads this when numpy loads it: that is before
# the tests are gathered in this process (a plugin of pytest imports numpy), but in time for processes that it starts.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
