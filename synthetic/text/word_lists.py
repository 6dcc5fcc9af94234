"""Many more words, so that the tagger learns how forms look, not what our lists say: Faker's, and nouns to combine."""

from __future__ import annotations

from dataclasses import dataclass

from faker.providers.address.en_US import Provider as EnglishAddress
from faker.providers.address.ko_KR import Provider as KoreanAddress
from faker.providers.job.en_US import Provider as EnglishJob
from faker.providers.job.ko_KR import Provider as KoreanJob
from faker.providers.lorem.en_US import Provider as EnglishLorem
from faker.providers.person.en_US import Provider as EnglishPerson
from faker.providers.person.ko_KR import Provider as KoreanPerson

from synthetic.text.vocabulary import terms


@dataclass(frozen=True, slots=True)
class WordLists:
    """`first`, `second`: parts that make field names and headings together; the rest says what it is."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    words: tuple[str, ...]
    given_names: tuple[str, ...]
    surnames: tuple[str, ...]
    places: tuple[str, ...]
    jobs: tuple[str, ...]


_ENGLISH_FIRST = terms("""
    Account | Actual | Additional | Annual | Applicable | Approved | Available | Average | Base | Basic | Budget
    Building | Business | Cash | Claim | Client | Commercial | Contract | Cost | Current | Daily | Data | Default
    Delivery | Direct | Domestic | Early | Effective | Estimated | Event | Expected | External | Extra | Fiscal
    Fixed | Freight | Full | Gross | Health | Inspection | Insurance | Internal | Invoice | Job | Labor | Legal
    License | Local | Main | Market | Material | Maximum | Medical | Minimum | Monthly | Net | Next | Normal | Office
    Official | Online | Operating | Order | Original | Outstanding | Overtime | Packing | Partial | Parts | Past
    Payment | Penalty | Planned | Plant | Preferred | Previous | Primary | Prior | Product | Project | Public
    Purchase | Quality | Regional | Rental | Repair | Requested | Retail | Return | Safety | Sales | Sample
    Secondary | Security | Service | Shift | Short | Site | Special | Staff | Standard | Storage | Support | Target
    Tax | Team | Technical | Temporary | Test | Trade | Training | Transport | Travel | Trip | Unit | Vehicle | Visit
    Volume | Warehouse | Weekly | Work | Yearly | Course | Meal | Hotel | Membership | Studio
""")
_ENGLISH_SECOND = terms("""
    account | address | advance | agent | allowance | amount | area | author | balance | basis | branch | budget
    category | center | change | charge | claim | class | code | comment | company | condition | contact | contract
    cost | count | date | deadline | deduction | department | deposit | description | details | discount | distance
    document | duration | entry | expenses | fee | file | form | frequency | goal | grade | group | hours | history
    income | index | interest | item | length | level | license | limit | list | location | manager | material
    method | model | month | name | needs | note | number | office | operator | order | origin | output | owner
    package | partner | payment | percentage | period | person | phase | place | plan | point | policy | position
    price | process | product | program | purpose | quality | quantity | quota | rate | reason | receipt | record
    reference | region | report | request | result | returned | route | schedule | section | series | signature | size
    source | stage | state | status | supplier | surcharge | symbol | system | target | tax | team | term | time
    title | total | type | unit | use | user | value | vehicle | vendor | version | volume | weight | year | zone
    required | received
""")
_KOREAN_FIRST = terms("""
    가격 | 가공 | 가입 | 강의 | 개발 | 개인 | 거래 | 건물 | 검사 | 견적 | 결제 | 경영 | 경비 | 계약 | 계획 | 고객
    공급 | 공사 | 관리 | 교육 | 구매 | 국내 | 근무 | 급여 | 기계 | 기본 | 기술 | 기준 | 납부 | 납품 | 년간 | 노무
    담당 | 당월 | 대출 | 대표 | 도서 | 등록 | 매입 | 매출 | 면담 | 모집 | 목표 | 물류 | 민원 | 반납 | 발급 | 발송
    방문 | 배송 | 법인 | 변경 | 병원 | 보관 | 보증 | 보험 | 본사 | 부품 | 분석 | 비용 | 사업 | 사용 | 사진 | 상담
    생산 | 서류 | 선적 | 설계 | 설치 | 세금 | 소득 | 수강 | 수납 | 수리 | 수출 | 시공 | 시설 | 시험 | 식품 | 신규
    실적 | 안전 | 업무 | 여행 | 연구 | 연체 | 영업 | 예산 | 예정 | 외주 | 요청 | 용역 | 운송 | 운영 | 원가 | 월별
    위탁 | 유지 | 의뢰 | 이전 | 이용 | 인건 | 인력 | 인쇄 | 임시 | 입찰 | 자격 | 자재 | 작업 | 장비 | 재고 | 재직
    적용 | 전기 | 점검 | 정산 | 제작 | 제품 | 조사 | 주문 | 지원 | 직원 | 진료 | 차량 | 참가 | 책임 | 청구 | 출고
    출장 | 취급 | 통관 | 투자 | 특별 | 판매 | 평가 | 포장 | 표준 | 품질 | 프로그램 | 할인 | 행사 | 현장 | 협력 | 확인
    환불 | 회계 | 훈련
""")
_KOREAN_SECOND = terms("""
    가격 | 가액 | 개월 | 건수 | 결과 | 경로 | 계획 | 과목 | 관계 | 구분 | 구역 | 규모 | 근거 | 금 | 금액 | 기간 | 기관
    기준 | 기한 | 날짜 | 내역 | 내용 | 능력 | 단가 | 단위 | 단체 | 담당자 | 대상 | 대장 | 등급 | 량 | 례 | 료 | 명
    명칭 | 목록 | 목적 | 문의 | 방법 | 방식 | 번호 | 범위 | 부서 | 분야 | 비 | 비용 | 비율 | 사유 | 사항 | 상태 | 상황
    서 | 성명 | 소속 | 수 | 수단 | 수량 | 시간 | 시기 | 시작일 | 실적 | 액 | 업체 | 여부 | 연도 | 예정일 | 요율 | 용도
    원인 | 위치 | 유형 | 율 | 의견 | 인원 | 일 | 일수 | 일시 | 일자 | 일정 | 자 | 자격 | 자명 | 장소 | 점수 | 정보
    제목 | 조건 | 조치 | 종류 | 주기 | 주소 | 증빙 | 지점 | 지역 | 처 | 처리 | 총액 | 코드 | 특성 | 품목 | 합계 | 항목
    현황 | 형태 | 회사 | 회차 | 횟수 | 희망일
""")

LISTS = {
    "en": WordLists(
        _ENGLISH_FIRST,
        _ENGLISH_SECOND,
        tuple(EnglishLorem.word_list),
        tuple(EnglishPerson.first_names),
        tuple(EnglishPerson.last_names),
        (*EnglishAddress.states, *EnglishAddress.countries),
        tuple(EnglishJob.jobs),
    ),
    "ko": WordLists(
        _KOREAN_FIRST,
        _KOREAN_SECOND,
        (*_KOREAN_FIRST, *_KOREAN_SECOND),
        tuple(KoreanPerson.first_names),
        tuple(KoreanPerson.last_names),
        (*KoreanAddress.cities, *KoreanAddress.boroughs, *KoreanAddress.countries),
        tuple(KoreanJob.jobs),
    ),
}
