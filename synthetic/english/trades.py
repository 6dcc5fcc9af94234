"""What people of several trades write about: things, persons, places, deeds and faults, by the marks of `writing`.

~n a thing, ~p many, ~w who, ~l where, ~v what was done, ~i what to do, ~f how a thing failed, ~e what happened,
~k a unit that is measured. The lists are of our own choosing.
"""

from __future__ import annotations

from synthetic.text.sentences import WORDS
from synthetic.text.vocabulary import terms

_TRADES = {
    "laboratory": """
        n: assay | beaker | blank | centrifuge | chromatogram | culture | diluent | extract | filter pad
        n: fraction | furnace
        n: isolate | pipette | reagent | residue | sample | solvent | standard | titration | vial
        p: aliquots | animals | blanks | colonies | duplicates | extracts | peaks | plates | readings | slides
        p: spectra | vials
        w: the analyst | Dr. ~s | the night technician | our chemist | the group leader | ~g ~s | I | we
        w: the toxicologist
        l: in the fume hood | at ~u degrees | in Room ~u | under nitrogen | on the bench | in the cold room
        l: at pH ~h
        v: analyzed | centrifuged | diluted | dissolved | dried | extracted | filtered | heated | incubated
        v: injected | titrated | weighed
        i: calibrate | dilute | extract | filter | inject | isolate | purify | repeat | titrate | weigh
        f: cloudy | contaminated | discolored | off scale | partly evaporated | unstable | viscous | yellow
        e: a drift of the baseline | a leak at the septum | a loss of resolution | a spill | an odor of ammonia
        e: a power failure
        k: mg | ml | ppm | micrograms | percent | degrees C""",
    "marketing": """
        n: booth | brochure | campaign | coupon | display | flyer | headline | jingle | label | layout | logo
        n: mailing
        n: outlet | pack | poster | premium | slogan | spot | storyboard | sweepstake | tagline | visual
        p: ads | brands | buyers | consumers | dealers | displays | impressions | panelists | readers | shoppers
        p: smokers | viewers
        w: the agency | the brand group | the creative team | the sales force | the panel | ~g ~s | we
        w: the copywriter | most women
        l: at the point of sale | in ~c | in convenience stores | on prime time | in the Sunday edition
        l: among young adults
        v: advertised | aired | displayed | distributed | launched | mailed | offered | positioned | promoted
        v: recalled | redeemed | sampled
        i: advertise | convey | launch | position | promote | reach | sample | stimulate | target | test
        f: confusing | crowded | dated | flat | hard to read | old-fashioned | out of stock | too busy
        e: a drop in awareness | a price war | a strong trial rate | a tie-in with ~x | an increase in share
        e: a shortage of premiums
        k: points | percent | cases | coupons | GRPs | cents""",
    "insurance": """
        n: adjuster's visit | basement | carpet | ceiling | claim | deductible | estimate | fence | garage | loss
        n: payment
        n: policy | premium | roof | settlement | shed | statement | window
        p: appliances | contents | damages | losses | photographs | policyholders | receipts | repairs | tenants
        p: witnesses
        w: the insured | the adjuster | the claimant | the other driver | my neighbor | ~g ~s | our counsel
        w: the owner | I
        l: at the insured's home | in the kitchen | on the east wall | under the sink | near the chimney
        l: on the policy
        v: appraised | covered | damaged | declined | estimated | flooded | insured | photographed | reimbursed
        v: repaired | settled | stolen
        i: appraise | assess | cover | decline | inspect | pay | reimburse | replace | settle | verify
        f: beyond repair | burned | cracked | dented | flooded | missing | ruined | soaked
        e: a burst pipe | a fall on the stairs | a hail storm | a kitchen fire | a theft | high wind
        k: dollars | feet | inches | gallons | days""",
    "construction": """
        n: beam | boiler | column | concrete slab | conduit | crane | door frame | duct | footing | foundation
        n: girder | joist
        n: ladder | lintel | manhole | scaffold | stairwell | trench | valve | wall
        p: anchors | blocks | bolts | change orders | drawings | forms | panels | pipes | rebars | tiles | welds
        p: workmen
        w: the foreman | the subcontractor | the architect | the electrician | the inspector | ~g ~s | our crew
        w: the plumber | we
        l: at grid line ~h | on the ~hth floor | along the north wall | on site | behind the stair
        l: in the trench | at Gate ~h
        v: backfilled | braced | cured | demolished | excavated | grouted | hoisted | installed | leveled
        v: poured | sealed | welded
        i: brace | demolish | excavate | install | level | pour | remove | replace | reroute | seal
        f: cracked | damp | loose | misaligned | not to drawing | out of plumb | rusted | short by ~h inches
        e: a cave-in | a delay of the steel | a water leak | heavy rain | a collapse of the form | a near miss
        k: feet | inches | cubic yards | psi | tons | man-hours""",
    "school": """
        n: assembly | assignment | bus | classroom | course | essay | field trip | gymnasium | homework | lesson
        n: library
        n: notebook | quiz | reading group | report card | schedule | semester | test
        p: absences | boys | classmates | exercises | girls | grades | parents | problems | pupils
        p: spelling words | teachers
        w: the pupil | his mother | her teacher | the principal | the counselor | ~g | the class | the coach | I
        w: both parents
        l: in class | on the playground | in the hallway | at recess | on the bus | in Room ~u | after lunch
        l: at home
        v: absent | asked | completed | corrected | discussed | encouraged | finished | graded | helped
        v: reminded | suspended | tutored
        i: attend | complete | encourage | finish | help | practice | read | review | study | tutor
        f: careless | disruptive | incomplete | late | noisy | restless | tired | withdrawn
        e: a fight at recess | a talk with the parents | a fire drill | an outburst | good progress in arithmetic
        e: a lost book
        k: points | days | pages | minutes | percent""",
    "hospital": """
        n: abdomen | appetite | bandage | bed rail | blood pressure | catheter | chest film | cough | dosage
        n: dressing | fever
        n: incision | infusion | left arm | pulse | rash | sample | wheelchair | wound
        p: antibiotics | complaints | fluids | headaches | lungs | medications | nurses | stitches | symptoms
        p: vital signs | visitors
        w: the patient | the nurse | Dr. ~s | the resident | the family | ~g ~s | she | he | the physician on call
        l: in the emergency room | on Ward ~h | at the bedside | in the left knee | on admission | at rest
        l: in bed ~u
        v: admitted | bandaged | discharged | examined | injected | medicated | observed | referred | sedated
        v: sutured | treated | x-rayed
        i: admit | discharge | examine | increase | monitor | observe | refer | repeat | stop | treat
        f: afebrile | dizzy | infected | nauseated | normal | painful | pale | swollen
        e: a fall from bed | a history of asthma | an allergic reaction | chest pain | shortness of breath
        e: a mild fever
        k: mg | cc | beats per minute | hours | degrees""",
    "police": """
        n: alley | camera | complaint | door lock | driver's license | flashlight | handbag | house | knife
        n: parked car | pistol
        n: purse | radio | rear window | suspect | vehicle | wallet | warrant
        p: bystanders | fingerprints | footprints | keys | neighbors | officers | officers' notes | plates
        p: shots | suspects | tools
        w: the complainant | Officer ~s | the suspect | the victim | a white male | the witness | Sgt. ~s
        w: the store clerk | I
        l: at the scene | in the parking lot | on ~x Street | behind the store | at the rear door | on foot
        l: toward ~x Avenue
        v: arrested | broken | chased | dusted for prints | entered | identified | interviewed | questioned
        v: searched | seized | stolen | transported
        i: arrest | follow | identify | interview | locate | patrol | question | search | secure | tow
        f: forced open | intoxicated | locked | missing | not running | smashed | stolen | unlocked
        e: a break-in | a loud argument | an alarm | a hit and run | a foot pursuit | a shoplifting
        k: dollars | feet | minutes | miles per hour | yards""",
    "transport": """
        n: axle | bill of lading | brake | cargo | container | dock | driver | engine | freight car | gasket
        n: load | manifest
        n: pallet | route | seal | shipment | tanker | tire | trailer | truck
        p: bags | barges | cartons | crates | delays | drums | drivers | pallets | passengers | rail cars | tires
        p: trucks
        w: the driver | the dispatcher | the consignee | the carrier | the mechanic | ~g ~s | the shift leader
        w: our yard | customs
        l: at the dock | at mile ~u | on Route ~u | in the yard | at the border | between ~c and ~c | on the ramp
        l: in Bay ~h
        v: delivered | detained | hauled | inspected | loaded | logged | overloaded | rerouted | sealed | towed
        v: unloaded | weighed
        i: deliver | haul | inspect | load | reroute | schedule | seal | tow | unload | weigh
        f: broken | delayed | flat | leaking | overheated | shifted | short | wet
        e: a blown tire | a flat battery | a late arrival | a shortage | a strike at the port | black ice
        k: miles | pounds | tons | cartons | gallons | hours""",
    "software": """
        n: backup | batch job | browser | build | cache | configuration | crash | database | disk | driver
        n: index | interface
        n: login page | module | network | password | patch | printer queue | query | release | screen | server
        n: terminal
        p: accounts | bugs | errors | fields | files | logs | passwords | queries | records | requests | servers
        p: tables | users
        w: the developer | the administrator | the help desk | the operator | the user | ~g ~s | support
        w: the vendor | we | I
        l: in production | on the test server | at login | in version ~h.~h | on the second screen
        l: over the network | after the update
        v: archived | backed up | configured | corrupted | debugged | deleted | deployed | installed | migrated
        v: patched | restarted | restored
        i: archive | configure | debug | deploy | install | migrate | patch | reboot | restart | restore
        f: corrupt | down | frozen | missing | not responding | out of memory | slow | unreadable
        e: a disk failure | a power outage | a time-out | a wrong total | an error ~u~u | a blank screen
        k: MB | seconds | records | users | transactions | lines""",
    "agriculture": """
        n: acre | barn | bed | combine | crop | curing barn | ditch | fence | fertilizer | field | greenhouse
        n: harvest | hay
        n: herd | irrigation line | leaf | orchard | plot | soil | sprayer | stalk | tractor
        p: aphids | bales | bushels | calves | cows | farmers | hogs | leaves | plots | plants | rows | seedlings
        p: weeds
        w: the grower | the county agent | the farm hand | the buyer | the veterinarian | ~g ~s | we
        w: the landlord | our agronomist
        l: in the lower field | in ~x County | along the creek | on ~u acres | in the barn | at planting
        l: after the frost
        v: cultivated | cured | fertilized | harvested | irrigated | planted | plowed | pruned | seeded | sprayed
        v: topped | vaccinated
        i: cultivate | cure | drain | fertilize | harvest | irrigate | plant | rotate | spray | thin
        f: blighted | dry | flooded | frosted | infested | lame | stunted | wilted
        e: a late frost | a dry spell | an outbreak of blue mold | hail | a broken pump | a good stand
        k: acres | bushels | pounds | inches | gallons per acre""",
    "hospitality": """
        n: banquet | bar | bathroom | bed | bill | breakfast | buffet | carpet | dining room | elevator
        n: front desk | ice machine
        n: kitchen | lobby | menu | minibar | mattress | pool | room | shower | soup | table
        p: chairs | dishes | drinks | guests | linens | meals | napkins | pillows | reservations | rooms | towels
        p: waiters
        w: the waiter | the manager | the night clerk | the chef | the guest | my husband | my wife | the maid
        w: we | ~g ~s | I
        l: at the bar | in Room ~u | at the front desk | on the terrace | in the lobby | at check-in
        l: for breakfast | by the pool
        v: booked | charged | cleaned | complained | cooked | cooled | greeted | invoiced | ordered | refunded
        v: seated | served
        i: book | clean | cook | greet | offer | refund | repaint | replace | seat | serve
        f: cold | dirty | lukewarm | noisy | out of order | overcooked | stained | too salty
        e: a double booking | a long wait | a noisy party | a rude answer | a lovely evening | a lost suitcase
        k: dollars | minutes | guests | nights | rooms""",
    "office": """
        n: agenda | budget | cabinet | contract | copier | desk | filing system | form | grant | handbook
        n: invoice | letter
        n: meeting | memorandum | office | payroll | phone | position | proposal | report | requisition | workshop
        p: applicants | bids | copies | duties | employees | expenses | forms | hours | invoices | members
        p: records | vouchers
        w: the secretary | the treasurer | the committee | the chairman | Personnel | Mrs. ~s | our department
        w: ~g ~s | the board | I
        l: at headquarters | in the file room | at the last meeting | on the second floor | in the budget | with ~x
        v: adopted | amended | audited | billed | filed | hired | overpaid | postponed | promoted | retyped
        v: signed | transferred
        i: amend | audit | file | hire | mail | postpone | promote | retype | sign | transfer
        f: behind schedule | incomplete | lost | misfiled | over budget | short-handed | unsigned | vacant
        e: a change of staff | a clerical error | a delay in the mail | a shortage of funds | an audit
        e: an overpayment
        k: dollars | hours | copies | days | percent""",
    "factory": """
        n: bearing | belt | blade | conveyor | cutter | drum | dryer | feeder | filter rod | gauge | hopper
        n: line | lot | machine
        n: maker | motor | mold | packer | pump | sensor | shaft | shift | spindle | wrapper
        p: bags | bearings | blades | bobbins | defects | fittings | lots | operators | parts | rejects | rolls
        p: rods | stoppages
        w: the operator | the foreman | the fitter | maintenance | the second shift | ~g ~s | QC | the supplier
        w: our engineer | we
        l: on Line ~h | at station ~h | on the second shift | at full speed | in the packing hall
        l: near the dryer | in Plant ~h
        v: adjusted | assembled | coated | glued | greased | lubricated | machined | packed | rejected | replaced
        v: shut down | tightened
        i: adjust | align | clean | grease | lubricate | overhaul | realign | replace | shut down | tighten
        f: bent | burned out | clogged | jammed | out of tolerance | overheated | scored | worn
        e: a jam at the feeder | a rise in rejects | a stoppage | a broken belt | an oil leak | a loss of vacuum
        k: mm | rpm | units per hour | psi | percent | minutes""",
}


def _lists(text: str) -> dict[str, tuple[str, ...]]:
    """The words of each mark; marks that a trade leaves out are those of everyone."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.strip().splitlines():
        mark, words = line.split(":", 1)
        found[mark.strip()] = (*found.get(mark.strip(), ()), *terms(words))
    return WORDS | found


#: The words of each trade.
TRADES: tuple[dict[str, tuple[str, ...]], ...] = tuple(_lists(text) for text in _TRADES.values())
