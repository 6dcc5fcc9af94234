"""What rows and columns of printed tables are called: markets, tests, costs, inspections, media, staff, goods."""

from __future__ import annotations

from dataclasses import dataclass

from synthetic.text.vocabulary import terms


@dataclass(frozen=True, slots=True)
class TableKind:
    """What tables of one sort say. `head`: titles of the column of row names; `rows`: these by group.

    `columns`: names by what stands in the cells, a kind of value or of `rowed`'s own; `ticked`: sets of columns of
    which each row has a mark in one; `sums`: names of rows of sums; `listed`: how often a row has a name of no list.
    """

    head: tuple[str, ...]
    rows: dict[str, tuple[str, ...]]
    columns: dict[str, tuple[str, ...]]
    ticked: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    listed: float = 0.1


_SUMS = terms("TOTAL | Total | Totals | GRAND TOTAL | Sub-total | SUBTOTAL | Average | All Others | TOTAL, ALL ITEMS")

MARKET = TableKind(
    terms("""
        Brand | Region | Territory | Market | Department | District | Trade Channel | Area | Company | Division
        Sales Area | Brand and Size | Type of Outlet | City | Manufacturer | Section | Store Type | Segment
    """),
    {
        "Brands": terms("""
            Regular King Size | Menthol | Lights 100's | Full Flavor | Ultra Lights | Private Label | All Other Brands
            Soft Pack | Box | Slims | Non-Filter | 12 Oz. Cans | Family Size | Diet | Instant | Decaffeinated | Roll-On
            Large Size | Economy Pack | Travel Size | Store Brands | Generic | Premium | Imports | Competitor A
        """),
        "Regions": terms("""
            Northeast | Southeast | Mid-Atlantic | Midwest | New England | West Central | South Central | Pacific
            Mountain States | Far West | Gulf Coast | Great Lakes | North Central | Upstate New York | Metro Chicago
            Region I | Region II | Region IV | Zone 3 | District 12 | Eastern Division | Western Division | Export
            Puerto Rico | Hawaii | Canada | Military Sales | National Accounts | Total U.S. | Balance of Country
        """),
        "Departments": terms("""
            Marketing | Production | Engineering | Research & Development | Personnel | Accounting | Data Processing
            Purchasing | Quality Assurance | Field Sales | Public Relations | Legal | Traffic | Plant Maintenance
            Shipping & Receiving | Market Research | Customer Service | Treasury | Mail Room | Executive Offices
        """),
        "Trade Channels": terms("""
            Supermarkets | Drug Stores | Convenience Stores | Wholesale Grocers | Vending | Department Stores
            Variety Stores | Discount Houses | Hotels & Restaurants | Service Stations | Mail Order | Newsstands
            Independent Grocers | Chain Grocers | Tobacconists | Liquor Stores | Hardware | Bars & Taverns | Airports
        """),
        "Consumers": terms("""
            Men | Women | Under 25 | 25 - 34 | 35 - 49 | 50 and Over | High School or Less | Some College
            White | Black
            College Graduate | Income under $10,000 | Heavy Users | Light Users | Non-Users | Urban | Suburban | Rural
            Former Users | Switchers | Married | Single | Blue Collar | Professional/Managerial | Total Respondents
        """),
    },
    {
        "figure": terms("""
            Sales | Volume | Cases | Units (000) | This Year | Last Year | Jan. | Feb. | 1st Qtr. | 2nd Qtr. | YTD
            Quota | Actual | Base | No. | Stores Visited | 4 Weeks Ending | Latest 12 Weeks | Distribution | Inventory
        """),
        "share": terms(
            "% | Share | % Change | Pct. | Share of Market | Index | % of Total | +/- | Growth | vs. Year Ago"
        ),
        "money": terms("Dollars | Sales ($000) | Gross | Net Sales | Spending | Price | Retail Value"),
    },
    sums=_SUMS,
    listed=0.4,
)
LABORATORY = TableKind(
    terms("""
        Test | Analysis | Determination | Property | Parameter | Constituent | Assay | Characteristic | Compound
        Component | Element | Test Performed | Measurement | TESTS | Examination
    """),
    {
        "Physical": terms("""
            Appearance | Color | Odor | Specific Gravity | Viscosity | Melting Point | Boiling Point | Flash Point
            Refractive Index | Moisture | Loss on Drying | Particle Size | pH (1% solution) | Bulk Density | Hardness
            Draw Resistance | Pressure Drop | Circumference | Firmness | Tensile Strength | Porosity | Weight, Total
            Solubility in Water | Bursting Strength | Ash | Static Burn Rate | Puff Count | Ventilation
        """),
        "Chemical": terms("""
            Total Alkaloids | Nicotine | Tar | Total Sugars | Reducing Sugars | Nitrate Nitrogen | Ammonia | Chloride
            Total Nitrogen | Carbon Monoxide | Heavy Metals (as Pb) | Arsenic | Iron | Sulfate | Acid Value | Glycerin
            Ester Value | Residual Solvents | Menthol | Benzo(a)pyrene | Phenol | Acetaldehyde | Hydrogen Cyanide
            Propylene Glycol | Zinc | Copper | Potassium | Free Fatty Acids | Assay, Dry Basis | Water (Karl Fischer)
        """),
        "Clinical": terms("""
            Hemoglobin | Hematocrit | Red Cell Count | White Cell Count | Platelets | Neutrophils
            Lymphocytes | Glucose
            Monocytes | Eosinophils | Urea Nitrogen | Creatinine | Cholesterol | Triglycerides | Bilirubin, Total
            Alkaline Phosphatase | SGOT | SGPT | Albumin | Globulin | Calcium | Sodium | Uric Acid | Sedimentation Rate
        """),
        "Microbiological": terms("""
            Total Plate Count | Coliforms | E. Coli | Salmonella | Yeast | Mold | Staphylococcus | Standard Plate Count
            Sterility | Endotoxin | Ames Test, TA 98 | Ames Test, TA 100 | Anaerobes | Psychrotrophs
        """),
    },
    {
        "result": terms(
            "Result | Results | Found | Actual | Sample A | Sample B | Control | Lot 1 | Value | Obtained | Mean"
        ),
        "measure": terms(
            "Limits | Specification | Normal Range | Limit | Tolerance | Minimum | Maximum | Target | Std. Dev."
        ),
        "unit": terms("Units | Unit | Unit of Measure"),
        "code": terms("Method | Test Method | Procedure No. | Method No."),
        "person": terms("Analyst | By | Tested By"),
        "date": terms("Date Tested | Date | Completed"),
    },
)
COSTS = TableKind(
    terms("""
        Item | Description | Category | Expense | Account | Cost Element | Budget Item | Line Item | Cost Center
        Expenditure | Type of Expense | Object of Expenditure | Activity | Element of Cost | Classification
    """),
    {
        "Personnel": terms("""
            Salaries and Wages | Fringe Benefits | Overtime | Temporary Help | Consultants | Principal Investigator
            Technicians | Secretarial | Payroll Taxes | Group Insurance | Pension Plan | Graduate Assistants | Bonuses
        """),
        "Production": terms("""
            Typography | Art and Mechanicals | Photography | Color Separations | Printing | Paper | Binding
            Die Cutting
            Engraving | Plates | Film and Processing | Talent | Music | Editing | Studio Rental | Set Construction
            Wardrobe | Casting | Recording | Retouching | Proofs | Stats | Layouts | Props | Crew | Prints & Dubs
        """),
        "Operating Expenses": terms("""
            Supplies | Postage | Telephone | Travel | Rent | Utilities | Insurance | Repairs & Maintenance | Equipment
            Depreciation | Dues & Subscriptions | Legal & Audit | Freight | Computer Time | Entertainment | Training
            Printing and Stationery | Messenger Service | Lodging | Meals | Auto Rental | Air Fare | Taxi & Limousine
            Contributions | Miscellaneous | Contingency | Overhead @ 35% | Agency Commission | Taxes | Meetings
        """),
        "Media": terms("""
            Network Television | Spot Television | Radio | Magazines | Newspapers | Outdoor
            Sunday Supplements | Transit
            Direct Mail | Trade Press | Point of Sale | Couponing | Sampling | Premiums | Special Events | Car Cards
        """),
        "Capital": terms("""
            Land and Site Work | Buildings | Structural Steel | Electrical | Plumbing | Heating & Air Conditioning
            Process Equipment | Instrumentation | Foundations | Painting | Engineering Fees | Installation | Spare Parts
        """),
    },
    {
        "money": terms("""
            Amount | Budget | Estimate | Actual | Original Budget | Revised | Variance | Cost | Estimated Cost | Total
            Authorized | Year to Date | Requested | Approved | First Year | Second Year | Paid
            Billed to Date | Balance
        """),
        "figure": terms("Quantity | Hours | Days | No. | $000 | Thousands | This Month | 19-- Plan | Rate | Unit Cost"),
        "share": terms("% | % of Total | Percent | % Change"),
        "phrase": terms("Remarks | Comments | Basis | Explanation | Notes"),
    },
    sums=_SUMS,
)
CHECKS = TableKind(
    terms("""
        Item | Item Inspected | Inspection Point | Component | Check | Equipment | Part | Area | Items to Be Checked
        Description | System | Points of Inspection | Safety Item | Location
    """),
    {
        "Vehicle Exterior": terms("""
            Headlights | Tail Lights | Turn Signals | Tires | Windshield | Wipers | Mirrors | Body Damage
            Horn | Bumpers
            Spare Tire | License Plates | Doors and Locks | Exhaust | Mud Flaps | Reflectors | Fuel Cap | Hub Caps
        """),
        "Engine and Brakes": terms("""
            Oil Level | Coolant | Fan Belts | Battery | Hoses | Brake Fluid | Parking Brake | Service Brakes | Air Lines
            Transmission Fluid | Steering | Alternator | Radiator | Fuel Pump | Clutch | Universal Joints | Air Filter
        """),
        "Safety Equipment": terms("""
            Fire Extinguisher | First Aid Kit | Seat Belts | Flares | Exit Signs | Sprinkler Heads | Emergency Lighting
            Eye Wash Station | Machine Guards | Hand Rails | Goggles | Warning Labels | Smoke Detectors | Hard Hats
            Ladders | Ventilation Hood | Fire Doors | Grounding | Emergency Stop | Hose Cabinets
        """),
        "Buildings and Grounds": terms("""
            Floors Clean and Dry | Aisles Clear | Stairways | Roof | Gutters | Rest Rooms | Parking Lot | Loading Dock
            Waste Containers | Lighting | Windows | Boiler Room | Electrical Panels | Storage Racks | Fences and Gates
            Elevator | Lunch Room | Drinking Fountains | Locker Room | Sidewalks | Pest Control
        """),
        "Store Conditions": terms("""
            Shelf Position | Price Posted | Out of Stock | Display in Place | Pack Freshness | Carton Fixture | Signs
            Rack Clean | Window Poster | Counter Display | Price Tags Correct | Facings | Coupon Pads | Vending Machine
        """),
    },
    {
        "phrase": terms("Remarks | Comments | Defects Found | Action Taken | Condition | Corrective Action | Notes"),
        "date": terms("Date Corrected | Date | Corrected"),
        "initials": terms("Initials | By | Checked By | Inspector"),
    },
    ticked=terms("""
        OK/NOT OK | Yes/No/N.A. | Good/Fair/Poor | Satisfactory/Unsatisfactory | Pass/Fail | OK/Needs Repair | S/U
        Excellent/Good/Fair/Poor | In/Out | Acceptable/Not Acceptable | A/B/C/D | Checked/Repaired/Replaced
    """),
)
MEDIA = TableKind(
    terms("Publication | Magazine | Station | Medium | Newspaper | Program | Vehicle | Market/Station | Title"),
    {
        "Magazines": terms("""
            Harbor Life | The Weekly Observer | Modern Homestead | Outdoor Sportsman | Today's Woman | Car and Highway
            Business Digest | Science Review | Gourmet Table | Garden Monthly | Ladies' Circle
            Sports Parade | Tennis Today
            TV Week | Parents' Journal | Golf World Review | Motor Fan | Photo Monthly
            Country Living Digest | True Tales
        """),
        "Newspapers": terms("""
            Morning Herald | Daily Courier | Evening Star-Ledger | Sunday Tribune | Post-Dispatch
            Valley News | The Banner
            Times-Picture | Commercial Gazette | Journal & Sentinel | Plain Register | Union-Leader | Bee | Evening Item
        """),
        "Television": terms("""
            Evening News | Late Movie | Prime Time Sports | Daytime Serials | Early Fringe | Game of the Week | Specials
            Morning Show | WKRD-TV | KTLB-TV | WPXN | Late Night | Wide World of Games | Monday Mystery | Sports Final
        """),
        "Outdoor": terms("""
            24-Sheet Posters | Painted Bulletins | Bus Cards | Taxi Tops | Airport Displays | 8-Sheet Posters | Shelters
            Stadium Signs | Subway Cards | Commuter Rail Clocks | Mall Posters
        """),
    },
    {
        "figure": terms(
            "Circulation | Insertions | GRPs | Jan. | Feb. | Mar. | Apr. | May | June | Spots | Reach | Weeks"
        ),
        "money": terms("Cost | Rate | Net Cost | Gross Cost | Page Rate | Total Cost | Budget"),
        "date": terms("Issue Date | Closing Date | On Sale | Air Date | Start | Materials Due"),
        "space": terms("Space | Size | Unit | Position | Length | Color"),
    },
    sums=_SUMS,
    listed=0.3,
)
CHANGES = TableKind(
    terms("Item | Information | Data | Nature of Change | Status | Type of Change | CHANGE | Particulars"),
    {
        "Position": terms("""
            Position Title | Department | Division | Location | Job Grade | Supervisor | Reports To
            Work Schedule | Shift
            Cost Center | Job Code | Employment Status | Class | Office | Work Telephone | Payroll Group | Plant
        """),
        "Compensation": terms("""
            Base Salary | Hourly Rate | Monthly Rate | Annual Salary | Bonus | Overtime Status
            Commission Plan | Deductions
            Group Insurance | Pension Plan | Car Allowance | Date of Last Increase | Amount of Increase | Savings Plan
        """),
        "Personal": terms("""
            Name | Home Address | Marital Status | Telephone | Dependents | Beneficiary | Tax Exemptions
            Social Security
            Emergency Contact | Date of Birth | Citizenship | Military Status
        """),
    },
    {"any": terms("From | To | Present | Proposed | Old | New | Current | Change To | Effective | As Is | Should Be")},
)
GOODS = TableKind(
    terms("Commodity | Articles | Kind of Package | Charges | Contents | Item | Packages | Service"),
    {
        "Charges": terms("""
            Ocean Freight | Inland Freight | Insurance | Handling | Wharfage | Consular Fees | Documentation | Cartage
            Forwarding Fee | Customs Duty | Storage | Demurrage | Export Packing | C.O.D. Fee | Pick-Up | Delivery
            Fuel Surcharge | Inspection Fee | Bunker Charge | Container Rental | Messenger | Cable Charges
            Bank Charges
        """),
        "Packages": terms("""
            Cartons | Cases | Drums | Pallets | Bales | Hogsheads | Crates | Rolls | Skids | Envelopes
            Cylinders | Bags
            Bundles | Fiber Boxes | Tierces | Barrels | Reels | Tote Bins | Master Cases | Loose Pieces
        """),
        "Documents": terms("""
            Commercial Invoice | Packing List | Bill of Lading | Certificate of Origin | Dock Receipt | Export License
            Insurance Certificate | Shipper's Declaration | Air Waybill | Weight Certificate | Consular Invoice
        """),
    },
    {
        "figure": terms(
            "Pieces | No. | Quantity | Gross Weight | Net Weight | Tare | Copies | Originals | Lbs. | Cube"
        ),
        "money": terms("Prepaid | Collect | Rate | Amount | Charges | Value | Total"),
        "code": terms("Marks | Marks and Nos. | Class | Seal No. | Tariff Item | Schedule B No."),
        "date": terms("Date | Shipped | Received"),
    },
    sums=_SUMS,
)
