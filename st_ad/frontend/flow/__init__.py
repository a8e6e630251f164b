"""What runs when: branches, loops and what they carry, guards, contexts, generators."""
