"""Korean pages: vocabulary, values, blocks and families of office documents."""
