"""First five minutes with prelabel from Python, as `help(prelabel)` shows them."""

import prelabel


def without_a_server() -> None:
    """Print the key-values of one file."""
    document = prelabel.read("invoice.pdf")
    for field in document["fields"]:
        print(field["key"], field["value"])


def with_workers() -> None:
    """Make a project, predict it, add a document, and print the results."""
    project = prelabel.create_project("Invoices").project_id  # or the id of one that exists
    run = prelabel.enqueue_project(project)  # every page without a prediction
    run.wait(timeout_s=600)
    for page in prelabel.failed_pages(project):
        print(page.task_id, page.reason, page.cure)
    prelabel.add_document("invoice.pdf", project)  # the pages of a PDF become pages of the project
    for document in prelabel.read_results(project):  # corrections where people made them, else predictions
        print(document["name"], document["fields"])
