"""Labels that want prose: words for each kind of telling, and whole sentences that ask for it."""

from __future__ import annotations

from random import Random

from synthetic.english.trades import TRADES
from synthetic.style import Style, compound, with_mark
from synthetic.text.sentences import capital, fill
from synthetic.text.vocabulary import Vocabulary, terms

#: Names by the kind of prose (see `narration`) that answers them.
NAMES = {
    "account": terms("""
        What happened | Statement | Narrative | Facts of the case | Course of events | History | Findings
        Observations
        Details of incident | Work performed | Discussion | Statement of witness | Events of the week | Progress
        Activities | Report | Particulars | Circumstances | Proceedings | Complaint | Nature of complaint
        Action taken
        Persons seen | Status | Detail | Case history | Summary of events | Summary of interview | Background
        Result of visit | Experience | Accomplishments | Highlights
    """),
    "about": terms("""
        Description | Project description | Description of goods | Scope | Scope of work | Background | Summary
        Text
        Content | Copy | Body | Visual | Overview | Abstract | General description | Background and need | Situation
        Present situation | Product | Procedure | Method | Design | Content of program | Nature of business
        Concept
        Significance | Problem | Problem statement | Definition | Introduction | Market background
        Brand(s) compared
        Message | Description of position | Duties | Target group
    """),
    "aim": terms("""
        Objectives | Aims | Purpose | Purpose of study | Goals | Specific aims | Questions to be answered
        Hypotheses
        Objective(s) | Goals for next year | Action standards | Purpose of visit | Study objectives
        Intended results
        Expected benefits | Tasks
    """),
    "advice": terms("""
        Recommendations | Suggestions | Proposed solution | Next steps | Suggested action | Plan
        Action to be taken
        Follow-up | Corrective action | Improvements | Advice | Recommendation(s) | Preventive measures | Proposal
        Possible remedies | Ideas | Suggested changes | What we ask for | Plans for next month | Decisions
    """),
    "reason": terms("""
        Reason | Reasons | Justification | Reason for request | Reason for change | Explanation | Cause | Grounds
        Why needed | Cause of delay | Basis for claim | Rationale | Explain | Reason(s) for return | Need
        If no, why
        Cause of loss
    """),
    "opinion": terms("""
        Comments | Remarks | Comments of guests | Your comments | General comments | Impressions | Customer comments
        Likes | Dislikes | Opinion | What you liked | Other comments | Additional remarks | Quotes
        Overall impression
        Verbatim comments | Remarks of participants | Reaction | Feedback | Evaluator's comments
    """),
    "detail": terms("""
        Specifications | Samples | Materials | Control | Test product(s) | Requirements | Equipment needed | Items
        Sample description | Construction | Codes | Ingredients | Technical data | Details
    """),
    "note": terms("""
        Notes | Memo | Message | Remarks | Comments | N.B. | Other | Misc. | Special instructions | Reply | Handling
        Additional information | Notes to file | Follow up | Answer
    """),
}
_ASKING = {
    "account": terms("""
        Describe what happened ~l | How was the ~n ~v? | Who ~v the ~n, and what did they do? | Tell us about the ~n
        State in your own words how the ~n was ~v | What was done when the ~n was ~f? | Describe any ~e
        Have ~p ever been ~v? If so, give dates and details | Describe the duties of ~w | How were the ~p found?
        What did ~w say? | List all ~p that were ~v and by whom | How many ~p were ~f, and why?
    """),
    "about": terms("""
        Describe the ~n and its ~p | What is the ~n used for? | Brief description of ~n
        Give a short account of the ~n
        Describe ~p to be ~v | Which ~p will be ~v, and how? | Describe the present ~n ~l
        What does the ~n look like?
        Nature and extent of ~p | Describe the method used to ~i the ~n | How do you ~i ~p now?
    """),
    "aim": terms("""
        What do you hope to ~i? | What will the ~n show? | Why should ~w ~i the ~n? | State the aim of the ~n
        What are the benefits of a ~a ~n? | Who will ~i from the ~n? | What is to be learned from ~p?
    """),
    "advice": terms("""
        How could the ~n be made better? | What would you ~i? | How can ~p be ~v in future?
        What should be done about ~e?
        Explain how you would ~i the ~n | Describe ways to ~i ~p and what they would save
        What can ~w do to ~i the ~n? | Steps taken to ~i the ~n
    """),
    "reason": terms("""
        If not ~v, explain why | Why is the ~n needed? | Why was the ~n ~v? | If yes, please explain
        If other, specify
        Give reasons why ~p should be ~v | State why the ~n cannot be ~v | Explain any ~a ~p | Reason ~p were not ~v
    """),
    "opinion": terms("""
        What did you like about the ~n? | How do you feel about ~p? | What do you think of the ~n?
        Any other comments?
        Would you ~i the ~n again? Why? | What, if anything, did you dislike about the ~n? | How was ~w?
        Please tell us what you think of our ~n | In what ways was the ~n ~f?
    """),
    "detail": terms("""
        List the ~p needed | Which ~n was used? | What ~p are on hand? | ~n and ~n used | List of ~p ~v | Make of ~n
    """),
    "note": terms("What else? | Anything to add? | Message for ~w | Note to ~w | Other ~p? | To be ~v by ~w"),
}
_HINTS = terms("""
    (attach sheet if needed) | (be specific) | (use reverse side) | (if any) | (continue on back) | (give details)
    (brief) | (required) | (in your own words) | (see instructions)
""")


def label(kind: str, v: Vocabulary, rng: Random, style: Style, number: int) -> str:
    """One that prose of that kind answers, as this page's author writes it."""
    drawn = rng.random()
    if drawn < 0.3:
        text = capital(fill(rng.choice(_ASKING[kind]), v, rng, rng.choice(TRADES)))
        text = text.title() if rng.random() < 0.25 else text
    elif drawn < 0.38:
        text = f"{rng.choice(NAMES[kind])} {rng.choice(('/', 'and', '&', '-', 'or'))} {rng.choice(NAMES[kind])}"
    elif drawn < 0.44:
        text = f"{rng.choice(NAMES[kind])} {rng.choice(('of', 'on', 'for'))} {compound(v, rng).lower()}"
    elif drawn < 0.5:
        text = compound(v, rng)
    else:
        text = rng.choice(NAMES[kind])
        text = text.title() if rng.random() < 0.4 else text
    if style.case == "upper" or (style.case == "mixed" and rng.random() < 0.4):
        text = text.upper()
    if rng.random() < 0.07:
        text = f"{text} {rng.choice(_HINTS)}"
    text = text if text.endswith("?") else with_mark(text, rng, style)
    return f"{number}{rng.choice(('.', '.', ')'))} {text}" if rng.random() < style.numbered else text
