"""First five minutes with prelabel from Python, as `help(prelabel)` shows them."""

import prelabel


def without_a_server() -> None:
    """Print the key-values of one file."""
    document = prelabel.read("invoice.pdf")
    for field in document["fields"]:
        print(field["key"], field["value"])


def with_workers() -> None:
    """Predict a project, add a document, and print the results."""
    run = prelabel.enqueue_project(6)  # every page of project 6 without a prediction
    run.wait(timeout_s=600)
    for page in prelabel.failed_pages(6):
        print(page.task_id, page.reason, page.cure)
    prelabel.add_document("invoice.pdf", 6)  # the pages of a PDF become pages of the project
    for document in prelabel.read_results(6):  # corrections where people made them, else predictions
        print(document["name"], document["fields"])
