"""
The test kit: contracts for stores, strategies for Hypothesis, synthetic people and sheets, small worlds.

It ships with the library, so that whoever adds a store, a chart or a lifecycle proves it by the same means.
"""
