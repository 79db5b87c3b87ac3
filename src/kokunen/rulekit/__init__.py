"""What the law is written with: dated figures, a small tree of tests, two interpreters."""
