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
