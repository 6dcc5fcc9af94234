"""Labelling configurations for tests: the three kinds that must work without changes."""

#: Separate controls for boxes, labels, texts and relations.
RECTANGLES_XML = """
<View>
  <Image name="image" value="$image" zoom="true"/>
  <Labels name="label" toName="image">
    <Label value="QUESTION" background="blue"/>
    <Label value="ANSWER" background="green"/>
    <Label value="HEADER" background="orange"/>
    <Label value="OTHER" background="gray"/>
  </Labels>
  <Rectangle name="bbox" toName="image" strokeWidth="2"/>
  <TextArea name="transcription" toName="image" perRegion="true" editable="true" displayMode="region-list"/>
  <Relations><Relation value="answer"/></Relations>
</View>
"""

#: Label Studio's "Optical Character Recognition" template, without its Rectangle; other names, labels in lower case.
POLYGONS_XML = """
<View>
  <Image name="scan" value="$ocr"/>
  <Labels name="kind" toName="scan">
    <Label value="question" background="blue"/>
    <Label value="answer" background="green"/>
    <Label value="header" background="orange"/>
  </Labels>
  <Polygon name="poly" toName="scan" strokeWidth="2"/>
  <TextArea name="text" toName="scan" editable="true" perRegion="true" rows="2"/>
</View>
"""

#: Labelled rectangles only.
RECTANGLE_LABELS_XML = """
<View>
  <Image name="img" value="$image"/>
  <RectangleLabels name="tag" toName="img">
    <Label value="Question" background="blue"/>
    <Label value="Answer" background="green"/>
    <Label value="Header" background="orange"/>
    <Label value="Other" background="gray"/>
  </RectangleLabels>
</View>
"""

#: Label Studio's "Optical Character Recognition" template as it comes.
OCR_XML = """
<View>
  <Image name="image" value="$ocr"/>
  <Labels name="label" toName="image">
    <Label value="Text" background="green"/>
    <Label value="Handwriting" background="blue"/>
  </Labels>
  <Rectangle name="bbox" toName="image" strokeWidth="3"/>
  <Polygon name="poly" toName="image" strokeWidth="3"/>
  <TextArea name="transcription" toName="image" editable="true" perRegion="true" required="true" maxSubmissions="1"
            rows="5" placeholder="Recognized Text" displayMode="region-list"/>
</View>
"""

#: Labels spread over two controls, and texts by label; the text of the heading has no TextArea.
SPREAD_XML = """
<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="a" toName="image"><Label value="QUESTION"/><Label value="ANSWER"/></RectangleLabels>
  <PolygonLabels name="b" toName="image"><Label value="HEADER"/><Label value="OTHER"/></PolygonLabels>
  <TextArea name="q" toName="image" perRegion="true" whenLabelValue="QUESTION"/>
  <TextArea name="rest" toName="image" perRegion="true" whenLabelValue="ANSWER,OTHER"/>
  <TextArea name="note" toName="image" perRegion="true" whenLabelValue="OTHER" placeholder="Remark"/>
</View>
"""

#: Choices that say the label of a region.
CHOICES_XML = """
<View>
  <Image name="image" value="$image"/>
  <Labels name="kind" toName="image"><Label value="Text"/><Label value="Stamp"/></Labels>
  <Rectangle name="box" toName="image"/>
  <Choices name="field" toName="image" perRegion="true" whenLabelValue="Text">
    <Choice value="QUESTION"/><Choice value="ANSWER"/><Choice value="HEADER"/>
  </Choices>
  <TextArea name="text" toName="image" perRegion="true" displayMode="region-list"/>
</View>
"""

#: Labels that no shipped tagger knows.
OWN_XML = """
<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="fields" toName="image"><Label value="INVOICE_NUMBER"/><Label value="TOTAL"/></RectangleLabels>
</View>
"""

ANY_XML = (RECTANGLES_XML, POLYGONS_XML, RECTANGLE_LABELS_XML, OCR_XML, SPREAD_XML, CHOICES_XML, OWN_XML)
