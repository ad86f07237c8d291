"""The calls of AWS: who asks, how, how often, and what an answer must hold."""
