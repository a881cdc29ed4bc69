"""RQ's door: the relay that rings, the threads that hear, and the tasks they take up."""
