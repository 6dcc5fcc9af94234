"""Pictures of forms with check boxes, and what a reader should make of them: boxes, ticks, question and option."""
