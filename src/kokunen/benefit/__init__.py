"""給付: claims of pensions and benefits, what belongs to them, and what the law says beforehand."""
