"""What is asked of those who took part, worry or call: ratings of a course, self-checks, records of consultation."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean.blocks.cell_values import (
    ADDRESS,
    AGE,
    BIRTHDAY,
    CODE,
    COMPANY,
    DATE,
    DEPARTMENT,
    PERSON,
    PHONE,
    SEX,
    TIME,
    number,
    pick,
)
from synthetic.korean.blocks.common_parts import Headings, masthead, notes, particulars
from synthetic.korean.blocks.grid import ANSWER, QUESTION, Cell
from synthetic.korean.blocks.named_row_tables import Column, TableKind, named_row_table
from synthetic.korean.blocks.paper import Paper
from synthetic.korean.blocks.questions import Question, QuestionPrinter
from synthetic.style import Style
from synthetic.text.vocabulary import terms

_SCALES = (
    "매우 그렇다|그렇다|보통|아니다|전혀 아니다",
    "5|4|3|2|1",
    "1|2|3|4|5",
    "①|②|③|④|⑤",
    "상|중|하",
    "전혀 그렇지 않다|그렇지 않다|그렇다|매우 그렇다",
    "매우 좋음|좋음|보통|나쁨",
    "우수|양호|보통|미흡",
)
_COURSE = TableKind(
    "평가내용|평가문항|문항|내용",
    {
        "교육과정": terms("""
            교육 내용이 업무에 도움이 되었다 | 교육 수준이 적절하였다 | 교재가 알기 쉽게 구성되었다
            실습과 이론의 배분이 알맞았다 | 학습 목표를 분명히 알려 주었다
        """),
        "강사": terms("""
            강사는 전문지식을 갖추고 있었다 | 강사의 설명이 명확하였다 | 강의 준비가 잘 되어 있었다
            수강생의 참여를 잘 이끌었다 | 시간을 잘 지켰다
        """),
        "교육환경": terms("""
            강의실 시설이 쾌적하였다 | 음향과 화면이 좋았다 | 교통이 편리하였다 | 식사와 다과가 적절하였다
        """),
        "자기평가": terms("""
            나는 수업에 적극적으로 참여하였다 | 배운 내용을 설명할 수 있다 | 과제를 빠짐없이 제출하였다
            현업에 활용할 수 있다
        """),
        "운영": terms("""
            신청 절차가 간편하였다 | 사전 안내가 충분하였다 | 담당자가 친절하였다 | 다음에도 참가하고 싶다
        """),
    },
    (),
    _SCALES,
    (Column("비고|의견", pick("시간 연장 요망|만족|실습 부족|자료 보완"), 1.1),),
    "평균|합계",
    "평가영역|구분|분야",
    "만족도|평가척도|응답",
    3.6,
)
_AFTER = (
    Question(
        "이번 교육에서 가장 유익했던 내용은 무엇입니까?",
        "",
        "",
        "실제 사례를 다룬 실습|엑셀 함수 활용|고객 응대 요령|법 개정 내용 설명",
    ),
    Question(
        "교육에서 보완할 점이 있다면 적어 주십시오.",
        "",
        "",
        "실습 시간이 짧았음|강의실이 추웠습니다|교재의 글씨가 작음|없음",
    ),
    Question("이 과정을 동료에게 추천하시겠습니까?", "적극 추천한다|추천한다|추천하지 않는다"),
    Question("교육을 알게 된 경로는 무엇입니까?", "누리집|전자우편|동료 추천|공문|기타"),
    Question("앞으로 듣고 싶은 과정을 모두 고르십시오.", "외국어|전산|회계|법률|의사소통|기타", "", "", True),
    Question("교육 시간대는 언제가 좋습니까?", "오전|오후|야간|주말"),
    Question("수료 후 습득한 기술을 어디에 쓰시겠습니까?", "현재 업무|전직|창업|자격 취득"),
    Question(
        "강사에게 하고 싶은 말을 자유롭게 쓰십시오.",
        "",
        "",
        "열정적인 강의 감사합니다|조금 천천히 설명해 주세요|다음에 또 뵙고 싶습니다",
    ),
)
_PERSON = {
    "성명|이름": PERSON,
    "성별": SEX,
    "연령|연령대": pick("20대|30대|40대|50대 이상|34세"),
    "소속|부서": DEPARTMENT,
    "직급|직종": pick("사무직|기술직|연구직|관리자|대리|사원"),
    "작성일|일자": DATE,
}


def course(canvas: Canvas, style: Style) -> None:
    """교육 이수 평가지: the course, statements on a scale, questions with options and in one's own words."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(
        p, "교육 이수 평가지|강의 평가서|연수 소감 및 평가표|직무교육 평가지|학습 자기평가서|과정 평가표", dated=0.2
    )
    taught = {
        "과정명|교육명": pick("신임관리자 과정|엑셀 실무|안전교육|보고서 작성법|고객만족 과정|회계 기초"),
        "강사명|강사": PERSON,
        "교육장소|장소": pick("대강당|3층 교육실|온라인|연수원 201호"),
        "교육일시|기간": DATE,
    }
    particulars(p, _PERSON | taught)
    if p.rng.random() < 0.8:
        hint = "※ 해당란에 √표 하여 주십시오.|* 각 문항을 읽고 한 곳에만 표시하십시오."
        p.prose(p.values.pick(hint), size=0.9)
    named_row_table(p, _COURSE, headings, longest=5)
    if p.rng.random() < 0.7:
        if p.rng.random() < 0.6:
            headings.write("기타 의견|서술형 문항|종합 의견|자유 의견")
        QuestionPrinter(p).print_all(p.rng.sample(_AFTER, p.rng.randint(1, 5)))
    p.prose(
        p.values.pick(
            "수고하셨습니다.|참여해 주셔서 감사합니다.|♣ 협조해 주셔서 감사합니다 ♣|끝까지 답해 주셔서 고맙습니다."
        ),
        align="center",
    )
    p.done()


_SELF = TableKind(
    "문항|질문|내용|점검 문항|상태",
    {
        "스트레스": terms("""
            사소한 일에도 짜증이 난다 | 잠을 깊이 자지 못한다 | 일에 집중하기 어렵다 | 쉽게 피로를 느낀다
            머리가 무겁고 아프다 | 이유 없이 불안하다
        """),
        "인터넷·스마트폰": terms("""
            사용 시간을 줄이려 했으나 실패했다 | 없으면 초조하다 | 식사 중에도 본다 | 밤늦게까지 본다
            가족과 다툰 적이 있다
        """),
        "기억력": terms("""
            날짜를 기억하지 못한다 | 같은 말을 되풀이한다 | 물건을 둔 곳을 잊는다 | 약속을 잊어버린다
            길을 잃은 적이 있다
        """),
        "근골격계": terms("""
            목이 뻣뻣하다 | 허리를 굽히면 아프다 | 손목이 저리다 | 어깨가 결린다 | 무릎에서 소리가 난다
            팔꿈치가 아프다
        """),
        "청렴·보안": terms("""
            업무용 물품을 사적으로 쓰지 않는다 | 퇴근 시 서랍을 잠근다 | 출장비를 정확히 청구한다
            비밀번호를 남에게 알리지 않는다
        """),
        "에너지 절약": terms("""
            점심시간에 조명을 끈다 | 대기전력을 차단한다 | 실내 온도를 지킨다 | 계단을 이용한다
            일회용품을 쓰지 않는다
        """),
        "우울": terms("""
            기분이 가라앉는다 | 식욕이 줄었다 | 미래가 희망적이지 않다 | 자신이 실패자라고 느낀다 | 의욕이 없다
            눈물이 난다
        """),
    },
    (),
    (
        "예|아니오",
        "그렇다|아니다",
        "전혀 없음|가끔|자주|항상",
        "0점|1점|2점|3점",
        "없음|2~3일|일주일 이상|거의 매일",
        "0|1|2|3",
        *_SCALES[:2],
    ),
    (Column("점수|비고", number(0, 4), 0.7),),
    "총점|합계|계",
    "영역|구분|유형",
    "해당 정도|빈도|응답",
    3.6,
)
_RESULTS = (
    "0~4점|정상|특별한 이상 없음",
    "5~9점|주의|생활습관을 바꾸십시오",
    "10점 이상|위험|전문가와 상담하십시오",
    "15점 이상|고위험|즉시 진료 필요",
)


def self_check(canvas: Canvas, style: Style) -> None:
    """자가진단표: statements with points, their sum, and how it is to be read."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "자가진단표|스트레스 자가진단표|자가점검 체크리스트|근골격계 증상 조사표|우울증 자가검진|청렴도 자가진단",
        dated=0.1,
    )
    particulars(p, {**_PERSON, "나이": AGE, "연락처": PHONE, "점검일": DATE})
    if rng.random() < 0.8:
        hint = "※ 지난 일주일 동안 느낀 것에 표시하십시오.|각 문항에 해당하는 점수에 ○표 하십시오."
        p.prose(values.pick(hint), size=0.95)
    named_row_table(p, _SELF, headings, most=3, longest=6)
    total = [
        (p.q("총점|합계 점수"), p.a(number(0, 40, 0, "점||")(p))),
        (p.q("판정|결과|진단결과"), p.options("정상|주의|위험")),
    ]
    p.grid((1, 2) * 2, (total[0] + total[1],) if rng.random() < 0.5 else ((*total[0], Cell(), Cell()),))
    p.skip(0.6)
    if rng.random() < 0.6:
        headings.write("결과 해석|판정 기준|점수별 안내")
        for text in rng.sample(_RESULTS, rng.randint(2, 4)):
            score, name, advice = text.split("|")
            p.prose(f"{values.pick('-|○|·')} {score} : {name} ({advice})", size=0.9)
    notes(p, ("본 검사는 진단을 대신하지 않습니다.", "결과는 본인만 볼 수 있습니다.", "상담 전화 1577-0000"), 2)
    p.done()


_CALL = (
    Question("상담 구분|상담유형", "문의|불만|칭찬|제안|신고|기타"),
    Question("접수 경로|상담방법", "전화|방문|누리집|전자우편|우편"),
    Question("고객 등급|고객구분", "일반|우수|VIP|신규"),
    Question("처리 결과|처리상태", "완료|처리중|이관|보류", "이관부서:기술지원팀|배송팀|법무팀"),
    Question("회신 희망 여부|회신 요청", "필요|불필요", "회신처:010-2345-0000|사무실|이메일"),
    Question("긴급도", "상|중|하"),
    Question("만족 여부|고객만족도", "만족|보통|불만족"),
    Question("재발 여부", "처음|재발"),
)
_STORIES = (
    "제품 수령 후 전원이 켜지지 않아 교환을 요청함.|요금이 이중으로 청구되어 확인을 바람.|예약 변경을 문의하였음.|"
    "직원의 응대가 친절하였다고 함.|설치 기사 방문이 늦어져 불편을 겪음.|환불 절차와 기간을 물어봄.|"
    "대출 상환 방법을 상담함."
)
_STEPS = (
    "담당 부서에 전달하고 당일 회신하기로 함.|교환 절차를 안내하고 택배 수거를 접수함.|"
    "확인 결과 이상 없어 사과드리고 종결함.|"
    "추가 서류를 받은 뒤 다시 연락 예정.|할인 쿠폰을 발급함.|다음 주 방문 상담을 예약함."
)


def consultation(canvas: Canvas, style: Style) -> None:
    """상담 기록지: who asked, what about by ticks, what was said and what was done, perhaps a follow-up."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "고객 상담 기록지|상담일지|민원 상담 기록부|학생 상담 기록|복지 상담 기록표|방문 상담 카드",
        ranks="상담원|팀장/담당|과장|국장",
        dated=0.1,
    )
    particulars(
        p,
        {
            "고객명|내담자|성명": PERSON,
            "연락처|전화번호": PHONE,
            "주소": ADDRESS,
            "상담일시|접수일": DATE,
            "상담시간|시각": TIME,
            "상담자|상담원": PERSON,
            "접수번호|상담번호": CODE,
            "생년월일": BIRTHDAY,
            "회사명|소속": COMPANY,
        },
        "고객정보|내담자 정보",
    )
    if rng.random() < 0.7:
        if rng.random() < 0.6:
            headings.write("상담 분류|접수 내용|기본사항")
        QuestionPrinter(p).print_all(rng.sample(_CALL, rng.randint(2, 5)))
    texts = [
        ("상담내용|문의내용|주요 호소", _STORIES),
        ("처리내용|조치사항|답변내용", _STEPS),
        ("상담자 의견|향후 계획|특이사항", _STEPS),
    ]
    texts = texts[: rng.randint(1, 3)]
    if rng.random() < 0.5:
        p.grid((1, 5), [(p.q(name), _tall(p, said)) for name, said in texts])
    else:
        for name, said in texts:
            p.skip(0.4)
            p.grid((1,), [[p.q(name)], [_tall(p, said, keys="above")]])
    p.skip(0.5)
    if rng.random() < 0.5:
        heads = [p.q(name) for name in ("차수|회기|구분", "일자|상담일", "내용|상담내용", "담당|상담자")]
        rows = [heads]
        for count in range(1, rng.randint(2, 5)):
            first = Cell(((QUESTION, f"{count}{values.pick('차|회')}"),), align="center")
            done = p.t(values.pick(_STEPS), keys="both")
            rows.append([first, p.t(values.date(), "center", "both"), done, p.t(values.person(), "center", "both")])
        p.grid((0.7, 1.4, 4, 1), rows)
    notes(p, ("상담 내용은 비밀을 보장합니다.", "기록은 3년간 보관 후 파기한다."), 2)
    if rng.random() < 0.5:
        p.signed("상담자|확인자")
    p.done()


def _tall(p: Paper, said: str, keys: str = "left") -> Cell:
    """Room for a story."""
    text = " ".join(p.rng.sample(said.split("|"), p.rng.choice((1, 1, 2))))
    filled = p.rng.random() < p.style.filled
    return Cell(((ANSWER, text),) if filled else (), keys=keys, tall=p.rng.uniform(3, 9))


FAMILIES = (
    Family("ko course", ("ko",), 0.9, course),
    Family("ko self check", ("ko",), 0.8, self_check),
    Family("ko consultation", ("ko",), 0.8, consultation),
)
