"""From what happened to the right filing, its documents, its deadline and the next desk."""
