"""English pages: vocabulary, prose, blocks and families of business papers."""
