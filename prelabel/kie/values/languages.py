"""Words of forms that tell the language of a document, as far as it decides how numbers and dates are written."""

from __future__ import annotations

import re
from typing import Literal

#: Korean is told by its letters, see `hints`. "comma": a language of Europe whose countries write a decimal comma.
Language = Literal["english", "comma"]

_ENGLISH_WORDS = (
    "the of and to for by with from this that please invoice amount due name address quantity price tax subtotal phone "
    "description payment receipt paid balance employee customer order number bill ship unit issued signature city "
    "state item items rate terms period street company account statement discount applicant delivery"
)
#: German, French, Spanish, Dutch, Italian, Portuguese; words that are written the same in English are left out.
_COMMA_WORDS = (
    "rechnung rechnungsnummer rechnungsdatum rechnungsbetrag betrag datum menge preis einzelpreis gesamtpreis gesamt "
    "summe zwischensumme mwst ust netto brutto und der die das für mit von kunde kundennummer lieferung straße bitte "
    "facture montant prix quantité qté tva échéance adresse désignation payer règlement le les des du pour "
    "client unitaire livraison sous fecha factura importe precio cantidad descripción descripcion iva dirección "
    "direccion cliente pagar pago vencimiento emisión emision el los del para unitario factuur factuurnummer "
    "factuurdatum bedrag aantal prijs btw totaal subtotaal omschrijving vervaldag klant het een voor van fattura "
    "importo quantità prezzo imponibile scadenza descrizione cliente indirizzo di il fatura valor preço quantidade "
    "descrição vencimento endereço da do"
)
_ENGLISH, _WITH_COMMA = frozenset(_ENGLISH_WORDS.split()), frozenset(_COMMA_WORDS.split())
#: Fewer words than these show no language.
_ENOUGH = 2
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> Language | None:
    """Return the kind of language whose words the text has most of; None where it has too few, or as many of both."""
    words = {word.casefold() for word in _WORD.findall(text)}
    english, comma = len(words & _ENGLISH), len(words & _WITH_COMMA)
    if max(english, comma) < _ENOUGH or english == comma:
        return None
    return "english" if english > comma else "comma"
