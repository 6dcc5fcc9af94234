# The image of the cpu, io, uploader, beat and flower services: Tesseract, and EasyOCR on a CPU torch unless WITH_EASYOCR=0.
#   docker build -f cpu.Dockerfile -t prelabel-cpu .
#   docker build -f cpu.Dockerfile -t prelabel-light --build-arg WITH_EASYOCR=0 .
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE}

# 0 leaves EasyOCR and torch out.
ARG WITH_EASYOCR=1
# 1 adds torch, transformers and LightGBM: the extract stage on a CPU.
ARG WITH_KIE=0
# Address of an index with CPU builds of torch, such as PyTorch's own. Empty: PyPI's build, which includes CUDA (6 GB).
ARG TORCH_INDEX=

WORKDIR /app
COPY scripts/install-system.sh scripts/
RUN scripts/install-system.sh ocr kie && rm -rf /var/lib/apt/lists/*

COPY scripts/install-python.sh scripts/dependencies.py scripts/
COPY pyproject.toml constraints.txt ./
ENV PIP_NO_CACHE_DIR=1 PATH=/opt/venv/bin:$PATH
RUN extras=ocr,pdf,services,signing; \
    if [ "$WITH_EASYOCR" = 1 ]; then extras=$extras,easyocr; fi; \
    if [ "$WITH_KIE" = 1 ]; then extras=$extras,kie; fi; \
    TORCH_INDEX="$TORCH_INDEX" scripts/install-python.sh /opt/venv "$extras" dependencies

COPY . .
RUN scripts/install-python.sh /opt/venv "" project \
    && useradd --create-home --uid 1000 prelabel \
    && mkdir -p /models/easyocr data && chown prelabel /models/easyocr data
USER prelabel
ENV PYTHONUNBUFFERED=1
CMD ["celery", "-A", "workers.cpu", "worker", "--loglevel", "INFO"]
