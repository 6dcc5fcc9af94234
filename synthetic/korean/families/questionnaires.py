"""What is asked in questions: of health, before an injection or a journey, of a child; and consent to something."""

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
    PERSON,
    PHONE,
    SEX,
    number,
    pick,
)
from synthetic.korean.blocks.common_parts import Headings, masthead, notes, particulars
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.named_row_tables import Column, TableKind, named_row_table
from synthetic.korean.blocks.paper import Paper
from synthetic.korean.blocks.questions import Question, QuestionPrinter
from synthetic.style import Style
from synthetic.text.vocabulary import terms

_YES = "예|아니오"
_HABITS = (
    Question(
        "현재 담배를 피우십니까?|지금까지 평생 담배를 피운 적이 있습니까?",
        "아니오|예|과거에 피웠음",
        "하루 흡연량:10개비|한 갑|5개비",
    ),
    Question(
        "술을 얼마나 자주 마십니까?|일주일에 평균 며칠 술을 드십니까?",
        "마시지 않음|월 1회 이하|주 1~2회|주 3회 이상",
        "1회 음주량:소주 1병|맥주 2잔|두 잔",
    ),
    Question("평소 규칙적으로 운동을 하십니까?", "전혀 하지 않음|주 1~2회|주 3~4회|매일"),
    Question("하루 평균 수면시간은 어느 정도입니까?", "5시간 미만|5~6시간|7~8시간|9시간 이상"),
    Question("아침 식사를 거르지 않고 하십니까?", "매일 먹는다|가끔 거른다|거의 먹지 않는다"),
    Question("최근 6개월 사이 체중의 변화가 있었습니까?", "변화 없음|증가|감소", "변화량:3kg|약 5kg|2kg 감소"),
)
_ILLNESS = (
    Question(
        "현재 치료 중인 질환이 있습니까?|의사에게 진단받은 질병이 있습니까?",
        "없음|있음",
        "질환명:고혈압|당뇨병|위염|천식|디스크",
    ),
    Question("과거에 수술을 받은 적이 있습니까?", "없다|있다", "수술명:충수절제술|무릎 수술|제왕절개|백내장 수술"),
    Question("현재 복용 중인 약이 있습니까?", "아니오|예", "약 이름:혈압약|아스피린|감기약|비타민"),
    Question("가족 중 다음 질환을 앓은 분이 계십니까?", "뇌졸중|심장병|고혈압|당뇨병|암|해당없음", "", "", True),
    Question("약물이나 음식에 알레르기가 있습니까?", "없음|있음|모름", "종류:페니실린|복숭아|조영제|땅콩|계란"),
    Question("최근 한 달 안에 다음 증상이 있었습니까?", "두통|어지럼증|가슴통증|소화불량|불면|없음", "", "", True),
    Question("여성의 경우 현재 임신 중이거나 가능성이 있습니까?", "아니오|예|모름", "예정일:3월 12일|5월 말"),
    Question(
        "현재 가장 불편한 증상은 무엇입니까?|어디가 불편하여 오셨습니까?",
        "",
        "",
        "허리 통증이 심함|기침과 가래|왼쪽 무릎이 붓고 아픔|소화가 안 되고 속이 쓰림|자주 피로함",
    ),
    Question("증상은 언제부터 시작되었습니까?", "", "", "3일 전부터|지난달 초|약 2주 전|작년 가을"),
)
_SIGNS = TableKind(
    "증상|문항|항목|질환명",
    {
        "호흡기": terms("기침을 자주 한다 | 숨이 차다 | 가래가 나온다 | 코막힘이 있다 | 목이 아프다"),
        "소화기": terms("속쓰림이 있다 | 변비가 있다 | 식욕이 없다 | 설사를 자주 한다 | 복통이 있다"),
        "신경계": terms("두통이 잦다 | 손발이 저리다 | 어지럽다 | 잠들기 어렵다 | 기억력이 떨어졌다"),
        "질환력": terms("고혈압 | 당뇨병 | 이상지질혈증 | 폐결핵 | 간장질환 | 심근경색 | 뇌졸중 | 갑상선질환"),
    },
    (),
    ("예|아니오", "없음|가끔|자주", "본인|부모|형제", "있다|없다|모름", "과거|현재"),
    (Column("비고|진단시기", pick("2019년|5년 전|약 복용|완치"), 1.1),),
    rated="해당란|응답",
    room=3.0,
)
_PATIENT = {
    "성명|이름": PERSON,
    "생년월일|주민번호": BIRTHDAY,
    "성별": SEX,
    "연령|나이": AGE,
    "연락처|휴대폰": PHONE,
    "직업": pick("회사원|주부|학생|자영업|교사|농업"),
    "주소": ADDRESS,
    "작성일|작성일자": DATE,
}
_HINTS = (
    "※ 해당되는 곳에 표시하여 주십시오.|※ 다음 항목을 읽고 빠짐없이 기재해 주시기 바랍니다.|* 해당란에 √ 표시|"
    "정확한 진료를 위하여 사실대로 답해 주십시오.|☞ 아래 질문에 답하여 주시기 바랍니다.|○표 하여 주십시오."
)


def _some(p: Paper, questions: tuple[Question, ...], least: int = 3) -> list[Question]:
    return p.rng.sample(questions, p.rng.randint(min(least, len(questions)), len(questions)))


def _hint(p: Paper, texts: str = _HINTS) -> None:
    """How the form is to be filled in."""
    if p.rng.random() < 0.7:
        p.prose(p.values.pick(texts), size=p.rng.choice((0.85, 0.9, 1.0)))


def _asked(p: Paper, headings: Headings, parts: dict[str, tuple[Question, ...]]) -> None:
    """Questions under headings, some of each part; or all of them without headings."""
    printer, headed = QuestionPrinter(p), p.rng.random() < 0.75
    for title, questions in parts.items():
        if headed:
            headings.write(title)
        printer.print_all(_some(p, questions))
    p.end_section()


def screening(canvas: Canvas, style: Style) -> None:
    """문진표: illnesses and habits asked for, symptoms ticked in a table."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(p, "문진표|건강검진 문진표|초진 문진표|건강상태 조사표|치과 문진표|한방 문진표", dated=0.1)
    particulars(p, _PATIENT, "인적사항|수검자")
    _hint(p)
    parts = {"과거력 및 현재 병력|질병력": _ILLNESS, "생활습관|건강행태": _HABITS}
    _asked(p, headings, dict(p.rng.sample(list(parts.items()), p.rng.randint(1, 2))))
    if p.rng.random() < 0.5:
        named_row_table(p, _SIGNS, headings, most=2)
    p.prose(
        p.values.pick("위 사항은 사실과 다름없습니다.|문진 내용은 진료 목적으로만 이용됩니다.|감사합니다."),
        align="center",
    )
    if p.rng.random() < 0.6:
        p.signed("작성자|본인|문진의사")
    p.done()


_DOSE = (
    Question("오늘 아픈 곳이 있거나 열이 있습니까?", "예|아니오", "증상:미열|콧물|기침"),
    Question("지금까지 예방접종 후 이상반응이 생긴 일이 있습니까?", "아니오|예", "백신명:독감|일본뇌염|대상포진"),
    Question("최근 1개월 안에 다른 예방접종을 받았습니까?", "아니오|예", "종류:폐렴구균|B형간염|파상풍"),
    Question("약이나 달걀 등에 심한 알레르기를 보인 적이 있습니까?", _YES),
    Question("선천성 기형, 천식, 심장질환 등으로 진단받은 일이 있습니까?", "아니오|예", "병명:천식|심방중격결손"),
    Question("최근 3개월 이내에 수혈이나 면역글로불린을 맞은 적이 있습니까?", _YES),
    Question("경련을 일으킨 적이 있습니까?", "없음|있음", "시기:두 살 때|작년"),
    Question("현재 임신 중이거나 앞으로 한 달 안에 임신할 계획이 있습니까?", "예|아니오|해당없음"),
    Question("혈액응고장애가 있거나 항응고제를 복용 중입니까?", _YES),
    Question("접종받을 백신에 대하여 설명을 들었습니까?", "예|아니오"),
)
_DOSE_TABLE = TableKind(
    "접종대상자에 대한 확인사항|문진항목|예진 항목|확인사항",
    {"예진": tuple(ask.text for ask in _DOSE)},
    (),
    ("예|아니오", "있음|없음", "본인 확인|의료인 확인"),
    (Column("비고|내용", pick("미열|작년 독감|천식|확인"), 0.9),),
    rated="확인란",
    room=4.5,
)


def vaccination(canvas: Canvas, style: Style) -> None:
    """예방접종 예진표: who gets which vaccine, questions with yes and no, what the doctor finds, consent."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(p, "예방접종 예진표|예방접종 예진표(성인용)|접종 전 문진표|헌혈 문진표|인플루엔자 예진표", dated=0.05)
    vaccine = {
        "백신 종류|접종명": pick("독감 4가|B형간염|파상풍|대상포진|MMR|폐렴구균"),
        "체온": number(36, 37.5, 1, "℃| ℃|도"),
    }
    particulars(p, _PATIENT | vaccine, "접종대상자")
    _hint(p)
    if rng.random() < 0.5:
        named_row_table(p, _DOSE_TABLE, headings, longest=5)
    else:
        _asked(p, headings, {"문진사항|접종 전 확인": _DOSE})
    printer = QuestionPrinter(p)
    printer.print_all([Question("예방접종 실시 여부에 동의하십니까?|접종에 동의함", "동의함|동의하지 않음")])
    if rng.random() < 0.7:
        headings.write("의사 예진결과|예진의사 기록란|의료인 기재란")
        result = values.pick("접종 가능/접종 연기/접종 금기|가능/불가").replace("/", "|")
        rows = [[p.q("예진결과|판정"), p.options(result), p.q("예진의사|의사성명"), p.a(values.person())]]
        lot = p.a(values.digits("AB####"))
        rows.append([p.q("제조번호|Lot No."), lot, p.q("접종부위"), p.a(values.pick("좌측 상완|우측 상완|대퇴부"))])
        p.grid((1, 2.6, 1, 1.5), rows[: rng.randint(1, 2)])
    notes(p, ("접종 후 20~30분간 접종기관에 머물러 주십시오.", "접종 당일은 심한 운동을 피하십시오."), 2)
    p.signed("본인(보호자)|보호자|피접종자")
    p.done()


_PURPOSE = (
    Question("여행의 목적은 무엇입니까?|출국 목적", "관광|출장|유학|친지방문|기타"),
    Question("다음 활동을 할 계획이 있습니까?", "스쿠버다이빙|스카이다이빙|암벽등반|해당없음", "", "", True),
    Question("여행금지 또는 적색경보 지역을 방문합니까?", "아니오|예", "국가명:시리아|예멘|이라크"),
    Question("동반 여행자가 있습니까?", "없음|있음", "인원:2명|4명|가족 3인"),
    Question("희망하는 보장 유형을 고르십시오.", "실속형|기본형|고급형|단체형"),
    Question("최근 3개월 안에 입원이나 수술 권유를 받았습니까?", "아니오|예", "내용:추적관찰|물혹 제거|검사 예정"),
    Question("현재 운전을 하고 있습니까?", "승용차|화물차|오토바이|운전하지 않음"),
    Question("다른 회사의 같은 보험에 가입되어 있습니까?", "아니오|예", "보험사:한빛손해보험|우리화재|동방생명"),
    Question("휴대품 중 고가품이 있습니까?", "없음|있음", "품명:카메라|노트북|골프채"),
    Question(
        "최근 5년 이내에 입원, 수술 또는 계속하여 7일 이상 치료를 받았습니까?", "아니오|예", "병명:골절|폐렴|담석증"
    ),
    Question(
        "하시는 일과 취급 업무를 구체적으로 적어 주십시오.",
        "",
        "",
        "사무직 관리|초등학교 교사|건설현장 감독|음식점 운영",
    ),
    Question("보험금을 받으실 분과의 관계는 무엇입니까?", "법정상속인|배우자|자녀|부모"),
)


def insurance(canvas: Canvas, style: Style) -> None:
    """여행자보험 청약서, 계약 전 알릴 의무: the traveller, the travel, questions, cover by name and sum."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(
        p,
        "해외여행자보험 청약서|계약 전 알릴 의무사항|보험 가입 청약서|국내여행보험 가입신청서|고지사항 질문서",
        dated=0.05,
    )
    travel = {
        "여행지|방문국": pick("일본|베트남 다낭|프랑스 파리|제주도|미국 서부|태국"),
        "출발일|출국일": DATE,
        "도착일|귀국일": DATE,
        "여권번호": lambda q: q.values.digits("M########"),
    }
    particulars(p, _PATIENT | travel, "피보험자|청약자")
    _hint(
        p, "※ 아래 질문에 사실대로 알리지 않으면 보험금 지급이 거절될 수 있습니다.|* 해당란에 표시하십시오.|" + _HINTS
    )
    _asked(p, headings, {"계약 전 알릴 사항|고지사항|질문사항": _PURPOSE})
    if p.rng.random() < 0.6:
        named_row_table(p, _COVER, headings, most=2)
    p.prose(
        p.values.pick("위와 같이 청약합니다.|약관의 중요한 내용을 설명 들었음을 확인합니다.|상기 내용은 사실과 같음."),
        align="center",
    )
    p.signed("청약자|계약자|피보험자", place="○○손해보험(주) 귀중")
    p.done()


_COVER = TableKind(
    "담보명|보장내용|가입담보|구분",
    {
        "상해·질병": terms("상해사망 | 상해후유장해 | 질병사망 | 해외의료비 | 국내의료비 | 특정전염병 | 식중독"),
        "배상·비용": terms("""
            배상책임 | 휴대품손해 | 항공기지연 | 구조송환비용 | 여권재발급비용 | 여행중단 | 자택도난
        """),
    },
    (
        Column(
            "가입금액|보상한도",
            lambda p: p.values.pick("1억원|3,000만원|5천만원|20만원|100만원|1,000,000"),
            1.1,
            needed=True,
        ),
        Column("자기부담금", pick("없음|1만원|10,000|20%"), 0.8),
        Column("보험료", number(500, 20000, 0, "|원"), 0.9, summed=True),
    ),
    ("가입|미가입", "선택|제외"),
    sums="합계보험료|합계|총보험료",
    rated="가입여부",
)
_CHILD = TableKind(
    "관찰내용|발달항목|문항|행동특성",
    {
        "대근육 운동": terms("""
            혼자 계단을 오르내린다 | 한 발로 3초 이상 선다 | 공을 찬다 | 두 발을 모아 뛴다 | 세발자전거를 탄다
        """),
        "소근육 운동": terms("블록을 여섯 개 쌓는다 | 가위로 종이를 자른다 | 동그라미를 보고 그린다 | 단추를 끼운다"),
        "언어": terms("""
            두 단어로 문장을 만든다 | 자기 이름을 말한다 | 색깔 이름을 안다 | 간단한 심부름을 한다 | 질문에 답한다
        """),
        "사회성·정서": terms("""
            친구와 장난감을 나눈다 | 차례를 기다린다 | 낯선 사람에게 인사한다 | 감정을 말로 표현한다 | 규칙을 지킨다
        """),
        "자조": terms("혼자 밥을 먹는다 | 양치질을 한다 | 대소변을 가린다 | 신발을 신는다 | 옷을 벗는다"),
        "인지": terms("숫자를 열까지 센다 | 크고 작음을 구별한다 | 짝을 맞춘다 | 이야기의 순서를 안다"),
    },
    (),
    (
        "잘 할 수 있다|할 수 있는 편이다|하지 못하는 편이다|전혀 못한다",
        "상|중|하",
        "잘함|보통|노력요함",
        "3|2|1|0",
        "예|아니오",
        "관찰됨|관찰 안 됨",
    ),
    (Column("비고|교사 의견", pick("꾸준히 발달|지도 필요|또래보다 빠름|관심이 많음"), 1.3),),
    "총점|합계",
    "발달영역|영역|구분",
    "발달정도|평정척도",
    3.4,
)
_PARENT = (
    Question("아이가 좋아하는 놀이는 무엇입니까?", "", "", "블록 쌓기|그림책 보기|모래놀이|역할놀이|공놀이"),
    Question("식사 습관은 어떠합니까?", "골고루 먹음|편식함|적게 먹음", "싫어하는 음식:당근|버섯|우유"),
    Question("낮잠을 자는 시간은 하루 얼마나 됩니까?", "자지 않음|1시간|2시간 이상"),
    Question("출생 시 특이사항이 있었습니까?", "없음|있음", "내용:조산|저체중|황달"),
    Question("가정에서 주로 돌보는 분은 누구입니까?", "어머니|아버지|조부모|기타"),
    Question(
        "어린이집에 바라는 점을 적어 주십시오.",
        "",
        "",
        "친구들과 잘 어울리도록 지도 바랍니다|낮잠을 조금만 재워 주세요|알레르기 식단 부탁드립니다",
    ),
)


def development(canvas: Canvas, style: Style) -> None:
    """아동 발달 기록: a child, what it can do by area, what its parents tell."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "아동 발달 기록부|영유아 발달 관찰기록|유아 발달 체크리스트|유아 생활기록표|영아 발달 선별검사지",
        ranks="담임|원감|원장",
    )
    child = {
        "아동명|원아명|이름": PERSON,
        "생년월일": lambda q: q.values.date(q.rng.randint(2015, 2023)),
        "반|반명": pick("햇살반|꽃잎반|열매반|새싹반|만 3세반"),
        "관찰기간|관찰일": DATE,
        "관찰자|담임교사": PERSON,
        "보호자": PERSON,
        "연령|월령": pick("36개월|만 4세|28개월|만 5세|만3세"),
    }
    particulars(p, child, "아동정보")
    _hint(p)
    if rng.random() < 0.75:
        named_row_table(p, _CHILD, headings)
    if rng.random() < 0.6:
        _asked(p, headings, {"가정환경|부모 기초조사|생활습관": _PARENT})
    text = values.pick("새로운 것에 호기심이 많음|또래와의 관계가 원만함|언어 표현이 풍부해짐|집중 시간이 길어짐")
    p.grid((1, 5), ((p.q("종합의견|교사의견|총평"), p.a(text)),))
    notes(p, ("관찰 기록은 학기마다 두 번 작성한다.", "보호자 상담 자료로만 쓰임."), 2)
    p.done()


_TERMS = (
    "수집항목 : 성명, 생년월일, 연락처, 주소",
    "이용목적 : 신청 접수 및 자격 확인, 결과 통지",
    "보유기간 : 목적 달성 시까지 (최대 3년)",
    "동의를 거부할 권리가 있으며 거부 시 이용이 제한될 수 있습니다.",
    "제공받는 자 : 위탁 운영기관 및 관계 행정기관",
    "촬영된 사진과 영상은 홍보 자료로 쓰일 수 있습니다.",
    "시술의 목적과 방법, 합병증에 대하여 충분한 설명을 들었습니다.",
    "현장학습 중 인솔교사의 지시에 따르도록 지도하겠습니다.",
)
_CONSENTS = (
    "개인정보 수집·이용에 동의하십니까?|위와 같이 개인정보를 수집·이용하는 데 동의합니다.",
    "고유식별정보 처리에 동의하십니까?|주민등록번호 처리 동의",
    "민감정보 처리에 동의하십니까?|건강정보 수집 동의",
    "제3자 제공에 동의하십니까?|개인정보 제3자 제공 동의",
    "홍보 및 마케팅 이용에 동의하십니까?|광고성 정보 수신 동의",
    "사진 촬영 및 게시에 동의하십니까?|초상권 사용 동의",
    "수술 및 마취에 동의하십니까?|검사 시행 동의 여부",
    "자녀의 행사 참가에 동의하십니까?|참가 동의 여부",
)


def consent(canvas: Canvas, style: Style) -> None:
    """동의서: prose on what is agreed to, boxes behind each part, who agrees and for whom."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "개인정보 수집·이용 동의서|동의서|초상권 사용 동의서|현장체험학습 참가 동의서|정보제공 동의서|수술 동의서",
        dated=0.05,
    )
    particulars(
        p,
        {
            "성명|참가자|환자명": PERSON,
            "생년월일": BIRTHDAY,
            "연락처": PHONE,
            "소속|학년/반": COMPANY,
            "등록번호": CODE,
        },
    )
    printer, answers = (
        QuestionPrinter(p),
        values.pick("동의함/동의하지 않음|동의/미동의|동의합니다/동의하지 않습니다|예/아니오").replace("/", "|"),
    )
    for text in rng.sample(_CONSENTS, rng.randint(1, 4)):
        if rng.random() < 0.7:
            headings.write("수집·이용 내역|동의 내용|제공에 관한 사항|고유식별정보 처리 내역|유의사항|설명 내용")
        lines = rng.sample(_TERMS, rng.randint(1, 4))
        if rng.random() < 0.3:
            p.grid((1,), [[p.o(" ".join(lines))]])
            p.skip(0.5)
        else:
            for line in lines:
                p.prose(f"{values.pick('-|○|·|*')} {line}", size=0.9)
        p.skip(0.5)
        printer.print_all([Question(text, answers)])
    if rng.random() < 0.4:
        rows = [[p.q("구분"), p.q("수집항목"), p.q("보유기간"), p.q("동의여부")]]
        for name in rng.sample(("필수", "선택", "고유식별정보", "제3자 제공"), rng.randint(1, 3)):
            items = p.t(values.pick("성명, 연락처|주소, 이메일|주민등록번호|가족사항"), keys="both")
            ticks = p.options(answers)
            years = p.t(values.pick("1년|3년|5년|준영구"), "center", "both")
            rows.append([Cell((("QUESTION", name),), align="center"), items, years, ticks])
        p.grid((1, 1.8, 0.9, 2.2), rows)
    p.prose(
        values.pick(
            "본인은 위 내용을 충분히 이해하고 동의합니다.|위 사항에 대하여 설명을 듣고 이에 동의함.|"
            "상기와 같이 동의합니다."
        ),
        align="center",
    )
    p.signed("동의자|본인|신청인", *rng.choice(((), ("보호자|법정대리인",))), place="○○학교장 귀하|병원장 귀하")
    p.done()


FAMILIES = (
    Family("ko screening", ("ko",), 0.9, screening),
    Family("ko vaccination", ("ko",), 0.7, vaccination),
    Family("ko travel insurance", ("ko",), 0.8, insurance),
    Family("ko development", ("ko",), 0.7, development),
    Family("ko consent", ("ko",), 0.8, consent),
)
