"""免除と猶予: the statutory, the applied, the student, childbirth and childcare exemptions."""
