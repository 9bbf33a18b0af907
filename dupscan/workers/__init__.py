"""Work done elsewhere: an executor's promise, and the executors that keep it."""
