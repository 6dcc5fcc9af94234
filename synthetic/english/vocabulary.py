"""English words for synthetic pages, of our own choosing."""

from __future__ import annotations

from synthetic.text.vocabulary import Vocabulary, terms

ENGLISH = Vocabulary(
    language="en",
    fields={
        "person": terms("""
            Name | Full Name | First Name | Last Name | Surname | Given Name | Middle Name | Contact | Contact Person
            Attention | Attn | Prepared by | Approved by | Checked by | Reviewed by | Requested by | Authorized by
            Ordered by | Sold by | Received by | Issued by | Signed by | Sales Rep | Sales Person | Salesperson
            Buyer | Cashier | Server | Clerk | Technician | Inspector | Manager | Supervisor | Account Manager
            Representative | Emergency Contact | Guardian | Spouse | Tenant | Landlord | Driver | Operator | Author
            Owner | Beneficiary | Next of Kin | Physician | Instructor | Referred by | Witness | Cardholder
            Account Holder | Signature
        """),
        "company": terms("""
            Company | Company Name | Business Name | Firm | Organization | Organisation | Employer | Vendor | Supplier
            Seller | Customer | Client | Bill To | Ship To | Sold To | Deliver To | Remit To | Consignee | Shipper
            Manufacturer | Carrier | Agency | Institution | School | University | Bank | Bank Name | Insurer | Brand
            Distributor | Contractor | Merchant | Store | Branch | Trading Name | Forwarder | Exporter | Importer
            From
        """),
        "date": terms("""
            Date | Invoice Date | Order Date | Due Date | Issue Date | Date of Issue | Delivery Date | Ship Date
            Expiry | Payment Due | Date of Birth | Birth Date | DOB | Start Date | End Date | Effective Date
            Expiration Date | Valid Until | Valid From | Date Received | Date Submitted | Application Date | Hire Date
            Transaction Date | Purchase Date | Quote Date | Statement Date | Date Required | Required by | Check-in
            Check-out | Departure | Arrival | Printed | Posted | Report Date | Inspection Date | Completion Date
            Service Date | Billing Date | Contract Date | Admission Date | Date Needed | Available From | Last Updated
            Renewal Date | Signed on
        """),
        "time": terms("Time | Start Time | End Time | Time In | Time Out | Opening Hours | Appointment | Pick-up Time"),
        "phone": terms("""
            Phone | Telephone | Tel | Tel. | Mobile | Cell | Fax | Fax No. | Phone Number | Phone No. | Contact No.
            Home Phone | Work Phone | Daytime Phone | Office Phone | Mobile No. | Hotline | T | F | Telephone Number
        """),
        "email": terms("E-mail | Email | Email Address | E-mail Address | Mail | Contact Email | Billing Email"),
        "url": terms("Website | Web | Web Site | Home Page | URL | Online"),
        "address": terms("""
            Address | Street | Street Address | Mailing Address | Billing Address | Shipping Address | Home Address
            Site | Delivery Address | Business Address | Permanent Address | Current Address | Residence
            Registered Office | Place of Work | Location | Address Line 1 | Address Line 2 | Place of Delivery
            Return Address
        """),
        "city": terms("""
            City | Town | State | Province | Country | County | City/State | Region | Nationality | Place of Birth
            Destination | Origin | Port of Loading | Port of Discharge | Country of Origin | District | Station
            Depot
        """),
        "zip": terms("Zip | Zip Code | Postal Code | Postcode | Post Code | P.O. Box"),
        "number": terms("""
            Invoice No. | Invoice Number | Invoice # | Order No. | Order Number | Order # | PO Number | P.O. No.
            PO # | Purchase Order | Quote No. | Quotation No. | Estimate # | Receipt No. | Receipt # | Reference
            Reference No. | Ref. | Ref No. | Our Ref | Your Ref | Customer ID | Customer No. | Client ID | Account No.
            Account Number | Account # | Member No. | Membership ID | Employee ID | Employee No. | Student ID
            Staff ID | Serial No. | S/N | Serial Number | Part No. | Item No. | Item Code | Product Code | SKU
            Batch No. | Lot No. | Model No. | Code | Tracking No. | Waybill No. | Bill of Lading | Container No.
            Vehicle No. | License No. | Permit No. | Ticket | Passport No. | Policy No. | Claim No. | Case No.
            File No. | Document No. | Form No. | Job No. | Project No. | Contract No. | Registration No. | VAT No.
            VAT Number | Tax ID | Tax No. | EIN | Company No. | Check No. | Cheque No. | Transaction ID | Approval No.
            Auth Code | Terminal ID | Merchant ID | Batch | Table | Room | Room No. | Seat | Flight No. | Gate
            Booking Ref | Reservation No. | Confirmation No. | Work Order | ID | Routing No. | Sort Code | IBAN
            SWIFT | BIC | Card No. | Store No. | Register | Queue No. | Locker | Lot | Delivery Note No.
            Packing List No. | Requisition No. | Cost Centre | Voucher No. | Docket | Number | No.
        """),
        "money": terms("""
            Amount | Total | Total Amount | Amount Due | Balance Due | Balance | Subtotal | Price | Unit Price | Cost
            Fee | Deposit | Down Payment | Salary | Annual Income | Monthly Rent | Rent | Budget | Estimated Cost
            Paid | Cash | Credit | Debit | Discount | Freight | Shipping | Handling | Tip | Change | Amount Paid
            Net Amount | Premium | Gross Amount | Opening Balance | Closing Balance | Loan Amount | Coverage
            Credit Limit | Tuition | Charge | Registration Fee | Service Charge | Insurance | Contract Sum | Value
            Declared Value | Expected Salary
        """),
        "count": terms("""
            Quantity | Qty | Number of Items | Pages | Guests | Copies | Units | Packages | Boxes | Pieces | Persons
            Age | Adults | Children | Days | Nights | Hours | Floor | Years of Experience | No. of Employees | Cartons
            Points
        """),
        "percent": terms("Tax Rate | VAT Rate | Discount % | Interest Rate | Commission | Rate | Share | Completion"),
        "measure": terms(
            "Weight | Net Weight | Gross Weight | Height | Size | Length | Width | Volume | Area | Capacity"
        ),
        "phrase": terms("""
            Terms | Payment Terms | Payment Method | Method of Payment | Ship Via | Shipping Method | Delivery Terms
            F.O.B. | Incoterms | Currency | Department | Dept. | Division | Position | Title | Job Title | Occupation
            Status | Type | Category | Subject | Re | Project | Project Name | Description | Remarks | Notes
            Comments | Reason | Purpose | Special Instructions | Instructions | Marital Status | Gender | Sex
            Education | Degree | Major | Grade | Product | Product Name | Item | Model | Material | Color | Colour
            Warranty | Condition | Priority | Event | Service | Course | Course Title | Plan | Membership Type
            Nature of Business | Industry | Language | Skills | Details of Complaint | Diagnosis | Allergies
            Relationship | Reference Title | Source of Funds | Mode | Class | Delivery Method | Account Type
            Card Type | Vehicle | Make | Packaging | Shift | Equipment | Result | Action | Cause | Findings
            Recommendation | Scope | Topic | Venue | Agenda | Brand Name | Specification | Remark
        """),
    },
    owners=terms("""
        Customer | Client | Supplier | Vendor | Buyer | Seller | Applicant | Employee | Patient | Student | Owner
        Parent | Contact | Company | Shipping | Billing | Delivery | Sender | Recipient | Receiver | Payee | Payer
        Guarantor | Agent | Borrower | Member | Guest | Insured | Claimant | Contractor | Principal | Emergency
        Dealer | Office | Plant | Home
    """),
    owned={
        "person": terms("Name | Full Name | Contact | Signature | Representative"),
        "company": terms("Company | Organization | Business Name"),
        "number": terms("ID | No. | Number | Code | Ref. | Account | Reg. No. | Tax ID"),
        "phone": terms("Phone | Tel | Mobile | Telephone | Fax | Phone No."),
        "email": terms("Email | E-mail"),
        "address": terms("Address | Street Address"),
        "date": terms("Date | Start Date | Birth Date"),
        "city": terms("City | Country | State"),
        "phrase": terms("Type | Title | Department | Category | Status"),
    },
    columns={
        "item": terms("""
            Item | Description | Product | Product Name | Item Description | Service | Particulars | Goods | Article
            Name | Details | Description of Goods | Activity | Task | Material | Part | Menu | Course | Subject
            Title | Product
        """),
        "number": terms(
            "No. | # | Code | Item No. | SKU | Part No. | Item # | Ref | ID | Product Code | Line | Invoice No."
        ),
        "index": terms("No. | # | No | Line | Pos. | S/N | Seq | Item"),
        "count": terms(
            "Qty | Quantity | Units | Hours | Hrs | Pcs | Count | Pack | Ordered | Shipped | Stock | Days | Q'ty"
        ),
        "money": terms("""
            Price | Unit Price | Amount | Total | Rate | Cost | Line Total | Ext. Price | Net | Gross | Tax | Debit
            Credit | Balance | Unit Cost | Value | Subtotal | Price (USD) | Amount (USD) | Charge | Fee | Paid | Due
            VAT | Net Price
        """),
        "unit": terms("Unit | UOM | U/M | Unit of Measure | Pack Size | Size"),
        "date": terms("Date | Due Date | Delivery Date | From | To | Period | Date Used | Start | End | Ship Date"),
        "percent": terms("Tax % | VAT % | Discount | Disc. % | Rate % | Tax Rate"),
        "person": terms(
            "Name | Employee | Contact | Attendee | Participant | Family Member | Reference | Staff | Owner"
        ),
        "company": terms("Company | Employer | Supplier | School | Institution | Customer | Vendor | Organization"),
        "phrase": terms(
            "Remarks | Notes | Status | Position | Type | Relationship | Comment | Degree | Reason | Category"
        ),
        "phone": terms("Phone | Telephone | Contact No. | Mobile"),
        "city": terms("Location | City | Place | Destination | Origin"),
    },
    totals=terms("""
        Subtotal | Sub Total | Sub-total | Total | Tax | Sales Tax | VAT | Discount | Shipping | Freight | Grand Total
        Balance Due | Amount Due | Total Due | Amount Paid | Deposit | Rounding | Net Total | Total (USD) | VAT (20%)
        Paid | Tax (8%) | Shipping & Handling | Total Amount | Total Payable | Cash | Change | Tip | Service Charge
        Card | Credit | Amount Tendered | Total Tax | Total Excl. VAT | Total Incl. VAT | Less Discount
        Other Charges | Balance | GST
    """),
    titles=terms("""
        INVOICE | TAX INVOICE | COMMERCIAL INVOICE | PROFORMA INVOICE | PURCHASE ORDER | QUOTATION | ESTIMATE
        RECEIPT | SALES RECEIPT | DELIVERY NOTE | PACKING LIST | STATEMENT OF ACCOUNT | CREDIT NOTE | ORDER FORM
        WORK ORDER | APPLICATION FORM | Application for Employment | Registration Form | Membership Application
        Expense Report | Leave Request Form | Travel Request | Purchase Requisition | Service Contract
        Rental Agreement | Claim Form | Patient Registration | Customer Information Form | Vendor Registration Form
        Inspection Report | Time Sheet | Incident Report | Change Request | Certificate of Origin | Bill of Lading
        Payment Voucher | Petty Cash Voucher | Enrollment Form | Loan Application | Account Opening Form | Survey Form
        Feedback Form | Repair Request | Warranty Registration | Visitor Log | Meeting Minutes | Daily Report
        Test Report | Memorandum | Bank Statement
    """),
    sections=terms("""
        Personal Information | Contact Information | Billing Information | Shipping Information | Payment Information
        Company Details | Order Details | Item Details | Applicant Details | Employment History | Education
        References | Section A | Section B | Part 1 | Part 2 | General Information | Emergency Contact | Bank Details
        Declaration | Terms and Conditions | Notes | For Office Use Only | Authorization | Summary | Payment Details
        Delivery Details | Customer Information | Vehicle Information | Medical History | Insurance Information
        Product Information | Work Experience | Travel Details | Cost Breakdown | Approval | Service Details
        Account Summary | Equipment | Family Details | Parties | Schedule | Remarks | Additional Information
        Project Details | Supplier Details | Items
    """),
    parties=terms("""
        Bill To | Ship To | Sold To | From | To | Seller | Buyer | Vendor | Supplier | Customer | Deliver To | Shipper
        Consignee | Remit To | Invoice To | Client | Notify Party | Billed To | Shipping Address | Billing Address
        Payee
    """),
    choices=terms("""
        Yes | No | Male | Female | Single | Married | Full-time | Part-time | New | Renewal | Cash | Credit Card
        Check | Bank Transfer | Monthly | Quarterly | Annual | Urgent | Normal | Approved | Rejected | Air | Sea
        Road | Express | Standard | Email | Phone | Owner | Tenant | Individual | Business | Other | N/A | Agree
        Disagree | Morning | Evening | Refund | Exchange | Repair | Sick Leave | Annual Leave | Business Trip
        Student | Employed | Retired
    """),
    surnames=terms("""
        Smith | Johnson | Brown | Taylor | Miller | Wilson | Moore | Clark | Lewis | Walker | Hall | Young | King
        Wright | Scott | Green | Baker | Adams | Nelson | Carter | Mitchell | Turner | Parker | Collins | Edwards
        Stewart | Morris | Murphy | Cook | Rogers | Morgan | Cooper | Reed | Bailey | Bell | Ward | Cox | Diaz | Gray
        Watson | Brooks | Kim | Park | Lee | Chen | Wang | Patel | Singh | Garcia | Martinez | Lopez | Schmidt | Weber
        Rossi | Novak | O'Brien | Dubois | Jensen | Larsen | Kowalski | Tanaka | Nguyen | Fischer | Meyer | Hoffman
        Ferrari | Silva | Costa
    """),
    given_names=terms("""
        James | Mary | John | Anna | Robert | Linda | Michael | Sarah | David | Emma | Daniel | Laura | Paul | Julia
        Mark | Susan | Peter | Karen | Thomas | Nancy | George | Helen | Kevin | Alice | Brian | Diana | Eric | Grace
        Frank | Ruth | Henry | Rachel | Jack | Olivia | Oscar | Sophie | Simon | Claire | Victor | Maria | Minho
        Jisoo | Wei | Priya | Carlos | Elena | Hans | Ingrid | Pierre | Yuki | Samuel | Naomi | Leo | Nina | Arthur
        Ivy | Felix | Rosa | Ian
    """),
    company_words=terms("""
        Northern | Pacific | Global | United | Summit | Bright | Blue River | Stone | Harbor | Green Valley | Silver
        Oak | Atlas | Delta | Prime | Apex | Orion | Vertex | Nova | Pioneer | Sterling | Maple | Cedar | Horizon
        Crown | Eagle | Liberty | Metro | Central | Western | Coastal | Golden Gate | Red Brick | Sunrise | Evergreen
        Quantum | Fusion | Tech | Office | Industrial | Medical | Marine | Food | Paper | Steel | Auto | Textile
        Electric | Garden | Print
    """),
    company_forms=terms("""
        Inc. | Ltd. | LLC | Corp. | Co. | Co., Ltd. | Corporation | Supplies | Trading | Industries | Services
        Solutions | Group | Partners | Logistics | & Sons | Store | Market | Manufacturing Co. | Systems Inc.
        Holdings | Clinic | Cafe | Electronics Ltd. | Foods Inc. | Consulting LLC | Hardware | Motors | Bakery
        Pharmacy | Bank | Hotel | Studio | GmbH
    """),
    cities=terms("""
        New York | Boston | Chicago | Seattle | Denver | Austin | Portland | Atlanta | Dallas | Phoenix | Miami
        Houston | San Diego | San Jose | Detroit | Columbus | London | Leeds | Bristol | Manchester | Toronto
        Vancouver | Sydney | Melbourne | Dublin | Berlin | Hamburg | Paris | Lyon | Madrid | Seoul | Busan | Tokyo
        Osaka | Singapore | Hong Kong | Springfield | Riverside | Oakland | Salem | Richmond | Ohio | Texas
        California | Nevada | Ontario | Queensland
    """),
    streets=terms("""
        Main Street | Oak Avenue | Park Road | High Street | Mill Lane | Church Street | Lake Drive | Hill Road
        5th Avenue | King's Road | Market Street | Station Road | Elm Street | River Road | Cedar Lane | Broadway
        Queen Street | Dock St | Industrial Blvd | Commerce Way | Technology Drive | Airport Road | Maple Ave
        Harbor View | Sunset Blvd | Pine St
    """),
    items=terms("""
        Paper A4 | Copy Paper | Ballpoint Pen | Stapler | Notebook | Desk Lamp | Office Chair | Monitor | Keyboard
        Mouse | USB Cable | Hard Drive | Printer Toner | Ink Cartridge | Envelope | Binder | Whiteboard | Marker
        Scissors | Tape | Steel Bolt M8 | Hex Nut | Copper Wire | PVC Pipe | Valve | Bearing | Filter | Pump | Motor
        Sensor | Switch | Relay | Coffee | Latte | Sandwich | Salad | Soup | Burger | Tea | Water | Juice | Cake
        Bread | Milk | Eggs | Rice | Apples | Consulting Service | Installation | Maintenance | Repair Labor
        Training Session | Web Design | Hosting | Delivery | Translation | Cleaning Service | Software License
        Annual Support | Inspection | Transport | Rental of Equipment | T-shirt | Jacket | Shoes | Socks | Bag
        Umbrella | Blanket | Pillow | Curtain | Table | Shelf | Cabinet | Sofa | Bed | Battery Pack | LED Bulb
        Extension Cord | Paint 5L | Cement | Brick | Timber | Screwdriver Set | Drill | Ladder | Rope
    """),
    adjectives=terms("""
        Small | Large | Black | White | Blue | Standard | Premium | Deluxe | Wireless | Portable | Steel | Heavy Duty
        Green | Organic | Fresh | Basic | Professional | Digital | Plastic | Wooden | Red | Compact | Spare
        Industrial | Extra
    """),
    phrases=terms("""
            Net 30 | Net 30 days | Net 60 | Due on receipt | Cash on delivery | Prepaid | Bank transfer | Credit card
            Visa | FOB Origin | CIF Busan | EXW | DAP | UPS Ground | FedEx | DHL Express | Sea freight | Air freight
            Courier | USD | EUR | KRW | GBP | Sales | Marketing | Accounting | Human Resources | Purchasing
            Engineering | Quality Control | Manager | Director | Engineer | Accountant | Teacher | Nurse | Assistant
            Analyst | Designer | Clerk | Foreman | Single | Married | Male | Female | Active | Pending | Approved
            Open | Closed | In progress | New | Used | Good | High | Low | Medium | Urgent | Bachelor of Science
            Master of Arts | High school | Business administration | None | Computer science | English | Korean
            Black | White | Red | Blue | 1 year | 24 months | 2 years limited | N/A | OK
            Replacement of damaged parts | Office renovation project | Annual meeting of dealers | Handle with care
            Deliver before noon | Leave at reception | Please call on arrival | Personal use | Business trip to Seoul
            Medical treatment | Home improvement | New equipment purchase | Temporary contract | Father | Mother
            Brother | Friend | Colleague | Savings | Checking | Corporate | Sedan | Truck | Carton | Pallet
            Day shift | Night shift | Passed | Failed | To be confirmed | As per attached list
            Partial shipment allowed | Tested before delivery | Motor replaced and tested | Retail | Wholesale
            Construction | Education | Healthcare | Hospitality | Food
        """),
    words=terms("""
        the | and | of | to | in | for | with | on | by | this | that | all | any | must | will | be | is | are | not
        may | please | payment | goods | order | invoice | within | days | date | delivery | customer | company
        terms | service | information | form | contact | number | account | following | section | complete | return
        attached | copy | received | above | below | signed | agree | conditions | subject | provided | required
        each | other | additional | report | under | between | during | after | before | system | general | standard
        process | area | public | support | record
    """),
    sentences=terms("""
        Payment is due within 30 days of the invoice date.
        Please make all checks payable to the company named above.
        Goods once sold cannot be returned without a written agreement. | Thank you for your business!
        If you have any questions about this invoice, please contact our accounts department.
        Late payments are subject to a charge of 1.5% per month.
        All prices are quoted in US dollars and exclude tax.
        I hereby declare that the information given above is true and complete to the best of my knowledge.
        This order is subject to the terms and conditions printed on the reverse side.
        Please return the completed form to the address shown at the bottom of this page.
        The buyer shall inspect the goods on arrival and report any damage within seven days.
        Shipments leave our warehouse on the next working day after the order has been confirmed.
        We reserve the right to change specifications without notice. | Keep this receipt for your records.
        The applicant agrees to notify the office of any change of address. | No signature is required.
        Read the instructions carefully before you fill in the form. | Use black ink and capital letters only.
        Incomplete forms will not be processed.
        The warranty covers defects in material and workmanship for one year.
        Exchanges are accepted within 14 days with the original receipt. | Prices are valid for thirty days.
        This document was created by computer and is valid without a signature.
        The parties agree that any dispute shall be settled by the courts of the seller's place of business.
        Your personal data are used only to process this request and are deleted after five years.
        A deposit of 20 percent is required to confirm the reservation. | Delivery times depend on stock.
        Every employee must submit the report to the supervisor by Friday noon.
        The insurer will contact you once the claim has been examined. | Attach copies of all receipts.
        Title to the goods passes to the buyer after full payment has been received.
        Members may use the library during opening hours and borrow up to five books at a time.
        In case of emergency call the number printed on the back of your card.
        This quotation does not include installation unless it is stated in writing.
        Visitors must wear a badge at all times and leave it at the gate. | Please allow 5 to 7 working days.
        We look forward to serving you again. | See the attached schedule for details of the work to be performed.
        The total above includes all applicable taxes at the rate in force on the date of supply.
        Report any errors in this statement within ten days of its date; otherwise it is taken to be correct.
        The contractor supplies all labor, tools and materials that are needed to complete the work.
        Orders over 100 dollars ship free of charge within the country. | Subject to change without notice.
    """),
    closings=terms("""
        Thank you for your business! | Thank you! | Have a nice day | Please come again | Continued on next page
        Original - Customer Copy | Confidential | Duplicate | E. & O. E. | All rights reserved | Internal use only
        PAID | Made in Korea | www.example.com | Printed on recycled paper | End of document | COPY | DRAFT | APPROVED
        Rev. 2
    """),
    notes=terms("Notes | Note | Remarks | Terms | Terms & Conditions | Comments | Important | Instructions | Notice"),
)
