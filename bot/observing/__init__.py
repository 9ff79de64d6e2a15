"""What operators see of a running bot: counts, times and states, never a word of what people write."""
