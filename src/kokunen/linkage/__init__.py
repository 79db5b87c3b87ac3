"""The linkage platform (システム連携基盤): a service of its own between the city's systems.

Founding document 004, Ⅰ2 システム2, functions 1–6. The messages stand in ``docs/linkage.md``.
"""
