"""Sentences, headlines and long questions put together from a small grammar, so that no text is read twice."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from synthetic.text.values import common, invented
from synthetic.text.vocabulary import Vocabulary, terms

#: What the marks of a pattern stand for: ~n things, ~p many of them, ~a how they are, ~v what was done to them, ~i what
#: to do with them, ~w who, ~t when, ~r when in the past, ~l where, ~d how it was done, ~u a number, ~h one of a clock,
#: ~z minutes, ~y a year, ~g a given name, ~s a surname, ~c a city, ~x a word that stands in no list.
WORDS: dict[str, tuple[str, ...]] = {
    "n": terms("""
        account | advertisement | agreement | amount | analysis | application | approval | article | assay | audit
        booklet | brand | brochure | budget | campaign | carton | case | catalog | chart | claim | coating | committee
        compound | contract | copy | coupon | deadline | delivery | department | design | device | display | document
        draft | equipment | estimate | event | exhibit | experiment | expense | extract | factory | field | file
        filter | finding | flavor | formula | grant | hearing | index | ingredient | inspection | instrument
        interview | issue | item | label | launch | letter | list | machine | magazine | mailing | manual | market
        material | meeting | memo | method | mixture | motion | newspaper | notice | offer | order | package | panel
        paper | payment | permit | plan | policy | poster | presentation | price | procedure | process | product
        program | project | promotion | proposal | protocol | publication | purchase | question | rack | rate
        reading | recommendation | record | region | regulation | release | report | request | research | response
        result | review | sample | schedule | season | section | sheet | shipment | sign | solution | space
        specification | store | study | subject | summary | supply | survey | system | task | tax | territory | test
        title | trade | trial | unit | vendor | version | visit | volume
    """),
    "p": terms("""
        adults | animals | buyers | calls | cases | changes | charges | clients | consumers | costs | coupons
        customers | data | dealers | employees | figures | files | forms | funds | groups | incentives | interviews
        invoices | items | levels | materials | members | months | offices | orders | outlets | packs | pages
        patients | plants | prices | products | profits | rates | readers | records | reports | respondents | results
        retailers | revenues | salesmen | samples | shipments | stores | studies | subjects | supplies | tests
        trucks | users | visitors | weeks
    """),
    "a": terms("""
        acceptable | additional | annual | available | average | available | common | complete | competitive
        consistent | current | daily | direct | early | effective | entire | estimated | excellent | final | first
        following | full | future | general | good | heavy | high | important | independent | initial | internal
        joint | known | large | late | limited | local | long | low | major | minor | monthly | national | necessary
        new | normal | original | outside | partial | possible | preliminary | present | previous | primary | proposed
        public | recent | regional | regular | revised | second | serious | short | significant | similar | small
        special | standard | strong | total | unusual | usual | various | weekly
    """),
    "v": terms("""
        added | adjusted | advised | analyzed | applied | approved | assigned | authorized | based | calculated
        canceled | changed | charged | collected | compared | completed | conducted | confirmed | delayed | delivered
        designed | destroyed | determined | developed | discussed | distributed | established | evaluated | examined
        exposed | filed | forwarded | given | handled | improved | included | increased | inspected | installed
        introduced | issued | limited | located | mailed | made | measured | moved | obtained | offered | ordered
        paid | placed | planned | prepared | presented | printed | processed | produced | provided | published
        purchased | received | recommended | recorded | reduced | released | removed | replaced | reported | requested
        required | returned | reviewed | sent | shipped | shown | sold | submitted | supplied | tested | treated
        updated | used | weighed
    """),
    "i": terms("""
        add | advise | arrange | assess | attach | avoid | call | cancel | change | check | collect | compare
        complete | conduct | confirm | consider | continue | control | correct | deliver | describe | design
        determine | develop | discuss | distribute | enclose | ensure | establish | evaluate | examine | explain
        file | find | forward | identify | improve | include | increase | install | issue | list | mail | maintain
        measure | note | obtain | offer | order | pay | plan | prepare | produce | provide | purchase | record
        reduce | release | repeat | replace | report | return | review | revise | select | send | ship | study
        submit | support | test | update | use | verify
    """),
    "w": terms("""
        the agency | our office | the client | the company | the field force | management | the laboratory | the buyer
        the division | Marketing | Legal | the committee | the contractor | the state | each manager | the supplier
        they | we | you | the board | the court | counsel | the dealer | R&D | Accounting | the plant | the trade
        the retailer | Mr. ~s | Ms. ~s | Dr. ~s | I | the undersigned | the applicant | the department | the chain
    """),
    "t": terms("""
        today | this week | next month | last year | by Friday | in the first quarter | at this time
        as soon as possible | before ~u ~m | on ~m ~u | during ~m | since ~m | within ~u days | every ~u weeks
        in 19~u | after the ~n | shortly
    """),
    "r": terms("""
        on ~m ~u | at ~h:~z a.m. | at ~h:~z p.m. | last week | on Monday | on Friday night | yesterday | in ~m ~y
        during the night | ~u days ago | a week later | about ~h o'clock | since ~m ~y | on ~h/~h/~y | twice in ~m
        early in the morning | over the weekend | that afternoon | at the time | for ~u days | for about ~u minutes
        in the fall of ~y | between ~h and ~h p.m. | again on Tuesday
    """),
    "l": terms("""
        in the field | at the plant | in ~u stores | in the ~a market | at headquarters | in most areas | on page ~u
        from the ~n | to the ~n | under the ~n | for the ~n | with the ~n | in the ~n | by mail | per ~n | of the ~n
        between ~p and ~p | on the ~a ~n | at room temperature | in ~c | of all ~p | among ~p | against the ~n
    """),
    "d": terms(
        "quickly | carefully | not | also | now | generally | fully | directly | already | still | mostly | only"
    ),
    "m": terms(
        "January | February | March | April | May | June | July | August | September | October | November | December"
    ),
}
_SENTENCES = terms("""
    The ~n has been ~v ~l. | The ~a ~n was ~v by ~w ~t. | ~w will ~i the ~n ~t. | Please ~i the ~n and ~i the ~p.
    ~p were ~v ~l and ~v ~t. | It is ~v that the ~n of ~p be ~v. | The ~n shows ~a ~p in ~u of ~u ~p.
    ~w ~v the ~n ~t. | The ~n is ~a, but ~p are ~d ~v. | If the ~n is ~d ~v, ~i it ~l. | This ~n must be ~v ~t.
    No ~p were ~v ~l. | To ~i the ~n, ~i a ~a ~n. | A ~n of ~u ~p was ~v ~l and ~v with ~a ~p.
    ~p have ~v the ~n because ~p are ~a. | We are ~v that ~w will ~i ~a ~p.
    The ~a ~n of the ~n should be ~v before the ~n is ~v. | ~a ~p ~l were ~v. | Attached is the ~n ~v by ~w.
    As ~v, the ~n ~l is ~u percent. | There has been ~a ~n ~l ~t. | ~i all ~p ~l.
    We ~d ~i the ~n ~t, and ~w will ~i ~p. | The ~n ~l should ~i ~p, ~p and ~p. | Approximately ~u ~p ~l are ~a.
    According to ~w, the ~n will be ~v ~t. | ~p ~l appear to be ~a. | ~x ~n ~x ~p. | ~a ~n; ~a ~n. | Not ~v ~t.
    Do not ~i the ~n if ~p are ~v. | All ~p shall be ~v by ~w ~l. | Copies of the ~n are to be ~v ~l. | ~p ~v ~d.
    ~w ~d ~v ~u ~p ~l. | Only ~p that are ~v may be ~v. | Both the ~n and the ~n are ~v. | Sales of ~x are ~a ~l.
""")
_NOTICES = terms("""
    Please ~i this form and ~i it to ~w. | Please type or print. | ~i ~u copies of this form ~l. | Attach ~p if needed.
    This form must be ~v by ~w before the ~n is ~v. | Do not write in this space. | Use a separate sheet if necessary.
    If you did not ~i all pages, please call ~w at once. | For ~n use only. | Send the ~a copy to ~w and keep one ~l.
    I hereby certify that the ~n above has been ~v and is correct. | Any ~n not ~v ~t will be returned to the sender.
    By signing below, you agree that the ~n may be ~v ~l. | See reverse side for ~p. | Return this part with your ~n.
    Subject to the terms of the ~n. | Note: ~p must be ~v ~t. | Fill in all ~p that apply. | Allow ~u weeks for ~n.
    This message is meant only for the person named above; it may not be read, copied or ~v by anyone else.
    No ~n will be made unless this ~n is signed by ~w. | Make all checks payable to ~w. | Thank you for your ~n.
    It is the responsibility of ~w to ~i the ~n ~t. | Refer to the ~n manual before you ~i the ~n. | (if applicable)
    All ~p are the property of ~w and must be returned on request. | Enter the ~n as shown on the ~n. | (see ~n below)
    Where more than one ~n is ~v, ~i each on its own line. | Sign and date both copies. | Questions? Call ~w at ~u-~u~u.
    Retain this copy for your files. | Original to ~w, copy to ~w. | Approval is needed for any ~n over $~u,000.
    Dear Mr. ~s: | Dear Sir: | Enclosed please find ~u ~p ~v ~l. | We would like to ~i your ~n ~t. | Thank you.
    The undersigned agrees to ~i ~p ~l. | Read all instructions before you ~i this form. | (Please ~i) | (~n of ~n)
    In the event that ~p are not ~v, ~w shall ~i the ~n. | Per our conversation, I am sending you the ~n ~v ~l.
    Should you have any questions, please let me know. | You are requested to ~i the ~n no later than ~m ~u.
""")
_CLAUSES = terms("""
    ~n ~v ~l | ~a ~n | ~a ~n of ~p | ~n ~n | ~n of ~a ~p | ~i ~n ~l | ~p ~v ~t | ~x ~n | ~v ~l | ~u ~p | ~n and ~n
    to ~i ~p | ~a ~p ~l | ~a | see ~n | none ~v | ~x ~a ~n ~n | ~n ~n ~n | ~i ~p, ~p and ~p | ~n for ~p
    ~u ~a ~p per ~n | ~x ~x
""")
_QUESTIONS = terms("""
    What ~n was ~v? | How many ~p were ~v ~l? | Was the ~n ~v? | Is the ~n ~a? | Describe the ~n
    Describe the ~a ~n ~l | List all ~p ~v | Has the ~n been ~v ~t? | Number of ~p ~v | If yes, ~i the ~n
    If not, please explain | Will ~p be ~v? | Who ~v the ~n? | When will the ~n be ~v? | ~n ~v by | ~n of ~n
    Total ~p ~v | Date ~n ~v | Name of ~n | Name and address of ~n | Reason ~n was ~v | Please ~i ~n
    Estimated ~n of ~p | Percent of ~p ~v | ~a ~n ~n | ~n to be ~v | Are ~p ~v ~l? | Do ~p ~i the ~n?
    % of ~n ~v in ~p | Effect of ~n on ~p | ~n/~n | ~p/~n | Brief description of ~n | ~i ~p ~v | Where is the ~n ~v?
    Does the ~n ~i ~a ~p? | Method of ~n | Type of ~n | What is your ~n of the ~n? | Explain any ~p | ~a ~n (if any)
    ~n ~n and ~n | ~p required | Amount of ~n | Other ~p
""")
_HEADLINES = terms("""
    ~n ~n | ~a ~n ~n | ~n ~n report | ~n and ~n | ~n of ~n | ~n ~n form | ~n request | ~a ~n | ~n ~n summary
    ~n for ~p | ~n ~n record | notice of ~n | ~n ~n ~n | ~a ~n and ~n form | ~n list | ~n sheet | 19~u ~n ~n
    ~n ~n - ~n | ~n authorization
""")


def sentence(v: Vocabulary, rng: Random) -> str:
    """A sentence: in English of the grammar, in Korean one of the list with a word or two exchanged."""
    if v.language == "en":
        return capital(fill(rng.choice(_SENTENCES), v, rng))
    parts = rng.choice(v.sentences).split()
    for _ in range(rng.choice((0, 0, 1, 3))):
        parts[rng.randrange(len(parts))] = rng.choice((common, common, invented))(v, rng)
    return " ".join(parts)


def notice(v: Vocabulary, rng: Random) -> str:
    """A sentence that stands in no field: what the form tells its readers, or what a letter says."""
    if v.language == "en" and rng.random() < 0.6:
        return capital(fill(rng.choice(_NOTICES), v, rng))
    return rng.choice(v.sentences) if rng.random() < 0.4 else sentence(v, rng)


def clause(v: Vocabulary, rng: Random) -> str:
    """A few words that answer a question."""
    if v.language == "en":
        text = fill(rng.choice(_CLAUSES), v, rng)
        return capital(text) if rng.random() < 0.75 else text
    return " ".join(common(v, rng) for _ in range(rng.choice((1, 2, 2, 3, 5))))


def long_question(v: Vocabulary, rng: Random) -> str:
    """A long name of a field, often a whole question; English only."""
    return capital(fill(rng.choice(_QUESTIONS), v, rng))


def headline(v: Vocabulary, rng: Random) -> str:
    """What a paper of no common kind is called; English only."""
    return fill(rng.choice(_HEADLINES), v, rng).title()


def prose(v: Vocabulary, rng: Random, sentences: int) -> str:
    """So many sentences."""
    return " ".join(sentence(v, rng) for _ in range(sentences))


def fill(pattern: str, v: Vocabulary, rng: Random, words: Mapping[str, tuple[str, ...]] = WORDS) -> str:
    """The pattern with every mark in it replaced. KeyError where `words` lacks a mark."""
    return " ".join(_part(part, v, rng, words) if "~" in part else part for part in pattern.split())


def _part(part: str, v: Vocabulary, rng: Random, words: Mapping[str, tuple[str, ...]]) -> str:
    before, *rest = part.split("~")
    return before + "".join(_word(piece[0], v, rng, words) + piece[1:] for piece in rest)


def _word(mark: str, v: Vocabulary, rng: Random, words: Mapping[str, tuple[str, ...]]) -> str:
    match mark:
        case "u":
            return str(rng.randint(1, 99))
        case "h":
            return str(rng.randint(1, 12))
        case "z":
            return str(rng.randint(10, 59))
        case "y":
            return str(rng.randint(1950, 2015))
        case "x":
            return invented(v, rng)
        case "s":
            return rng.choice(v.surnames)
        case "g":
            return rng.choice(v.given_names)
        case "c":
            return rng.choice(v.cities)
        case _:
            word = rng.choice(words[mark])
            return fill(word, v, rng, words) if "~" in word else word


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
