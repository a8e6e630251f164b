"""The command line of st_ad: show, emit, rules."""
