"""The steps from one version's tables to the next, run by ``upgrading.py``."""
