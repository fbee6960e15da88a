"""The market in the workspace: discovery, the inbox of alerts, the digest, and what is told to other programs."""
