"""Words of American business forms, put beside those of `english`; the lists are of our own choosing."""

from __future__ import annotations

from dataclasses import replace

from synthetic.english.vocabulary import ENGLISH
from synthetic.text.vocabulary import Vocabulary, terms

_FIELDS = {
    "person": terms("""
        TO | FROM | To | From | Initiated by | Investigator | Investigator(s) | Originator | Requester | Requestor
        Key Contact | Prepared For | Interviewer | Caller | Sender | Recipient | Brand Manager | Division Manager
        Photographer | Analyst | Chemist | Sponsor | Principal Investigator | Co-Investigators | Writer | Editor
        Reporter | Attorney | Plaintiff's Attorney | Custodian | Notary Public | Deponent | Treasurer | Auditor
        Director | Vice President | Chairman | Secretary | cc | Distribution | Personnel Assigned | Speaker
        Program Manager | Field Manager | Received from | Telephoned by | Spoke with | Buyer's Name | Salesman
        Name of Operator | Name of Retailer | Legislator | Head of Department | Endorsed by | Countersigned | Typed by
    """),
    "company": terms("""
        Manufacturer | Agency | Newspaper | Publication | Station | Studio | Suggested Firm | Laboratory
        Sponsoring Organization | Retailer | Wholesaler | Chain | Account | Store Name | Advertiser | Client/Sponsor
        Payable to | Make Check Payable to | Payee | Division | Facility | Committee | Association | Foundation
        Competitor | Printer | Lithographer | Broker | Parent Company | Insured | Testing Laboratory | Sub-contractor
    """),
    "date": terms("""
        DATE | Date Reported | Date Tested | Date Forwarded | Date of Interview | Date Posted | Date Completed
        Date Paid | Starting Date | Est. Completion Date | Kick-off Date | Closing Date | Drop Date | Issue
        Cover Date | Week Ending | Month Ending | Period Covered | Supersedes | Received | Date & Time | Dated
        Effective | Scheduled Date | Deadline | Due | Date of Last Review | Proposed Start | Field Dates | Topline Due
        Date of Meeting
    """),
    "number": terms("""
        Job # | Contract | File | Lab No. | Run No. | Test No. | Study No. | Protocol No. | Cost Center | Route No.
        Docket No. | Civil Action No. | Exhibit No. | Index No. | Bar Code | UPC Code | Coupon Code | Promotion No.
        Offer No. | Key | Program No. | Ref | Grant No. | Change Order No. | Specification No. | Drawing No.
        Accession Number | Social Security No. | Federal ID No. | License Plate | Log No. | Master File No. | Series
        Item # | Your Order No. | Our Order No. | Voucher No. | Bank Account No. | Control No.
    """),
    "money": terms("""
        Estimated Cost | Budget Amount | Commitment | Net Cost | Current Year | Prior Year | Year to Date
        Original Budget | Unexpended Balance | Gross Sales | Redemption Cost | Media Cost | Production Cost
        Talent Cost | Honorarium | Per Diem | Air Fare | Lodging | Meals | Mileage | Registration | Amount of Check
        Amount Requested | Award | Consulting Fees | Equipment | Supplies | Indirect Costs | Direct Costs | Overhead
        Salaries | Fringe Benefits | Advance | Refund | Approved Budget | Cost per Unit | Retail Price | Dealer Cost
        Total Expenditures | Amount of Loss | Damages
    """),
    "count": terms("""
        Number of Pages | No. of Pages (including cover) | Distribution Quantity | Circulation | Number Attending
        Total Calls | Volume | Quantity Shipped | No. of Cases | Number of Copies | Population | Households
        Replicates | Number of Animals | Number of Interviews | Headcount | Cases per Week | Years Employed | Cycle
        Frequency | Store Count | No. of Outlets
    """),
    "percent": terms("""
        % of Volume | Redemption Rate | Market Share | Share of Market | % Change | Moisture | Response Rate
        Incidence | Yield | Purity | Ventilation | Ash | % Distribution | Recovery | Porosity | Growth | Margin
    """),
    "measure": terms("""
        Temperature | Circumference | Draft | Density | Melting Point | Boiling Point | Dosage | Dose | Concentration
        Weight per Unit | Basis Weight | Width of Roll | Speed | Tolerance | Overall Length | Page Size | Space
        Thickness | pH | Viscosity | Firmness | Nominal Weight
    """),
    "phrase": terms("""
        SUBJECT | RE | Re | Subject | Title of Study | Program | Promotion | Type of Package | Brand Family | Variety
        Market | Test Market | Territory | Media | Theme | Source | Objective | Objectives | Background | Method
        Methodology | Test Method | Conclusion | Conclusions | Summary | Results | Action Taken | Action Required
        Next Steps | Comments | Special Comments | Justification | Explanation | Description of Work | Type of Work
        Species | Strain | Route of Administration | Vehicle | Solubility | Appearance | Odor | Filter Type | Flavor
        Packaging | Process | Reactivity | Class | Category | Position Title | Present Position | Field of Study
        Affiliation | Specialty | Committee Assignments | Court | Party | Enclosures | Attachments | Message
        Response | Remarks | Display Type | Program Type | Demographic | Segment | Current Status | Key Issues
        Assumptions | Recommendations | Document(s) Served | Reason for Change | From (present) | To (proposed)
        Trade Reaction | Sales Force Reaction | Competitive Activity | Point of Sale Materials | Creative Theme
        Special Handling | Mode of Travel | Legend
    """),
    "address": terms("""
        Send To | Ship to Dept. | Forward To | Location of Event | Business Address | Street No. | Office Address
        Legal Residence | Deliver to Attention of | Place of Meeting
    """),
    "city": terms("Region | Area | Zone | Sales Area | Division/Region | Market | City & State | Location | Dateline"),
    "phone": terms("Telecopier No. | Extension | Ext. | Telephone # | FAX | Phone #"),
    "time": terms("TIME | Time Called | Time Received | Hour | Time Sent | Time of Day | Hours"),
}
_COLUMNS = {
    "item": terms("""
        Description | Brand | Product | Characteristic | Test | Material | Ingredient | Component | Activity | Program
        Publication | Expense Item | Compound | Sample | Line Item | Project | Category | Event | Medium | Treatment
    """),
    "number": terms("Code | Acct. | Lot | Sample # | Ref. | Group | Style | File | Stock No."),
    "count": terms("Cases | Calls | Number | Qty. | # | Copies | N | Base | Insertions | Units | Weeks | Packs | Reps"),
    "money": terms("""
        Budget | Actual | Estimate | Variance | Cost | Current | Revised | Original | Proposed | Approved | Authorized
        Spent to Date | Commitments | Amount | 1st Quarter | 2nd Quarter | Year to Date | This Month | Last Year
        Total
    """),
    "percent": terms("% | Share | % Change | Index | % of Total | % Dist. | Mean | Percent | Incidence | Rate"),
    "person": terms("Name | Contact | Sponsor | Assigned To | Responsibility | Attendee | Salesman | Initials | Who"),
    "company": terms("Company | Account | Agency | Store | Firm | Manufacturer | Outlet | Laboratory | Chain"),
    "phrase": terms("Comments | Status | Method | Action | Type | Reaction | Results | Remarks | Notes | Position"),
    "date": terms("Date | Due | Started | Completed | Issue Date | Month | Received"),
    "measure": terms("Weight | Length | Size | Dosage | Pressure | Value | Standard | Specification | Level"),
    "city": terms("Market | City | Region | Territory | Station | Area | State"),
}
_TITLES = terms("""
    INTER-OFFICE CORRESPONDENCE | INTEROFFICE MEMORANDUM | FACSIMILE TRANSMITTAL | TELECOPY COVER SHEET
    CHECK REQUEST | CHECK REQUEST FORM | REQUEST FOR SAMPLES | PROJECT PROPOSAL | PROJECT APPROVAL | RESEARCH PROPOSAL
    COMPETITIVE ACTIVITY REPORT | NEW PRODUCTS REPORT | PROGRESS REPORT | WEEKLY STATUS REPORT | MONTHLY SALES REPORT
    ANALYTICAL REPORT | LABORATORY REPORT | REPORT OF ANALYSIS | TEST RESULTS | PHYSICAL PARAMETERS | TOXICITY STUDY
    QUALITY CONTROL REPORT | COUPON REGISTRATION FORM | PROMOTION EVALUATION | MEDIA AUTHORIZATION | MEDIA PLAN
    ADVERTISING SCHEDULE | PRODUCTION ESTIMATE | BUDGET SUMMARY | BUDGET TRANSFER REQUEST | EXPENSE STATEMENT
    TRAVEL AUTHORIZATION | CHANGE OF ADDRESS | APPLICATION FOR GRANT | GRANT APPLICATION | BIOGRAPHICAL SKETCH
    CONSULTANT AGREEMENT | CONTRACT APPROVAL SHEET | ROUTING SLIP | DOCUMENT CLEARANCE SHEET | RECORDS TRANSFER LIST
    RECORD OF TELEPHONE CALL | MEETING NOTICE | CONFERENCE REGISTRATION | SERVICE OF PROCESS | NOTICE OF HEARING
    CERTIFICATE OF SERVICE | PROOF OF CLAIM | STORE AUDIT | CALL REPORT | FIELD OBSERVATION | CONSUMER QUESTIONNAIRE
    REPLY FORM | DISTRIBUTION LIST | EMPLOYEE SUGGESTION | PERFORMANCE REVIEW | TRAINING RECORD | JOB DESCRIPTION
    POSITION REQUEST | SAFETY INSPECTION | ACCIDENT REPORT | EQUIPMENT REQUEST | WORK AUTHORIZATION | MAINTENANCE LOG
    SHIPPING ORDER | BILL OF MATERIALS | SAMPLE TRANSMITTAL | FORMULA SHEET | PACKAGING APPROVAL | ARTWORK RELEASE
    PRINT ORDER
""")
_SECTIONS = terms("""
    Type of Request | Reason for Change | Attachments | Endorsements | Approvals | Required Approvals | Distribution
    Effectiveness | Objectives | Background | Methodology | Budget | Physical Data | Chemical Analysis
    Proposed Schedule | Estimated Costs | Personnel | Facilities | Results | Animals | Route of Administration
    Dosage | Storage | Safety | Market Data | Media | Account Information | Retail Outlets | Display
    Competitive Brands | Trade Class | For Accounting Use | Do Not Write Below This Line
    To Be Completed by Requester | Home Office Use Only | Materials Required | Shipping Instructions | Via
    Tournament | Routing | Specifications | Filter | Paper | Package | Education and Training | Honors | Publications
    Other Support | Previous Employment | Dependents | Signatures | Current Year | Prior Year | Percent of Total
    Totals | First Half | Second Half | Original Estimate | Please Complete | Type of Mail | Classification | Coverage
    Questions | Reply | Comments
""")


def _more(ours: dict[str, tuple[str, ...]], added: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {kind: (*names, *added.get(kind, ())) for kind, names in ours.items()}


#: The English of synthetic pages.
AMERICAN: Vocabulary = replace(
    ENGLISH,
    fields=_more(ENGLISH.fields, _FIELDS),
    columns=_more(ENGLISH.columns, _COLUMNS) | {"measure": _COLUMNS["measure"]},
    titles=(*ENGLISH.titles, *_TITLES),
    sections=(*ENGLISH.sections, *_SECTIONS),
)
