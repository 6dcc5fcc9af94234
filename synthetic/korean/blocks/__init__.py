"""Parts of Korean office documents: the paper, its grids, tables, questions and prose."""
