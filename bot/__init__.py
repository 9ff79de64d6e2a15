"""The core of Frontdesk: reads, matches and decides, and knows nothing of any chat platform."""
