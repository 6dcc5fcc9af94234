"""Families of Korean office documents, those for evaluation only included. Their order is part of every drawn page."""

from synthetic.korean.families.accounts import FAMILIES as ACCOUNTS
from synthetic.korean.families.applications import FAMILIES as APPLICATIONS
from synthetic.korean.families.budgets_and_registers import FAMILIES as BUDGETS_AND_REGISTERS
from synthetic.korean.families.certificates import FAMILIES as CERTIFICATES
from synthetic.korean.families.contracts import FAMILIES as CONTRACTS
from synthetic.korean.families.courses_and_consultations import FAMILIES as COURSES_AND_CONSULTATIONS
from synthetic.korean.families.invoices import FAMILIES as INVOICES
from synthetic.korean.families.letters_and_minutes import FAMILIES as LETTERS_AND_MINUTES
from synthetic.korean.families.measurements import FAMILIES as MEASUREMENTS
from synthetic.korean.families.narratives import FAMILIES as NARRATIVES
from synthetic.korean.families.orders import FAMILIES as ORDERS
from synthetic.korean.families.payments import FAMILIES as PAYMENTS
from synthetic.korean.families.personal_records import FAMILIES as PERSONAL_RECORDS
from synthetic.korean.families.questionnaires import FAMILIES as QUESTIONNAIRES
from synthetic.korean.families.ratings import FAMILIES as RATINGS
from synthetic.korean.held_out.parcel_and_hospital_bill import FAMILIES as PARCEL_AND_HOSPITAL_BILL
from synthetic.korean.held_out.payslip import FAMILIES as PAYSLIP
from synthetic.korean.held_out.survey_and_inspection import FAMILIES as SURVEY_AND_INSPECTION

FAMILIES = (
    *INVOICES,
    *ORDERS,
    *PAYMENTS,
    *PERSONAL_RECORDS,
    *CONTRACTS,
    *LETTERS_AND_MINUTES,
    *BUDGETS_AND_REGISTERS,
    *NARRATIVES,
    *MEASUREMENTS,
    *ACCOUNTS,
    *RATINGS,
    *QUESTIONNAIRES,
    *COURSES_AND_CONSULTATIONS,
    *APPLICATIONS,
    *CERTIFICATES,
    *PAYSLIP,
    *PARCEL_AND_HOSPITAL_BILL,
    *SURVEY_AND_INSPECTION,
)

__all__ = ["FAMILIES"]
