# The image of the cpu service, and without EasyOCR of io, uploader, beat, flower and, on a CPU, of extract.
#   docker build -f cpu.Dockerfile -t prelabel-cpu .
#   docker build -f cpu.Dockerfile -t prelabel-light --build-arg WITH_EASYOCR=0 .
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE}

# 0 leaves EasyOCR and torch out: locks/light.txt instead of locks/cpu.txt.
ARG WITH_EASYOCR=1
# Address of an index with CPU builds of torch, such as PyTorch's own. Empty: PyPI's build, which includes CUDA (6 GB).
ARG TORCH_INDEX=

WORKDIR /app
COPY scripts/install-system.sh scripts/
RUN scripts/install-system.sh ocr kie && rm -rf /var/lib/apt/lists/*

COPY scripts/install-python.sh scripts/pip_settings.py scripts/
COPY locks locks
ENV TOOLS=/opt/tools UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1 PATH=/opt/venv/bin:$PATH
RUN lock=cpu; if [ "$WITH_EASYOCR" = 0 ]; then lock=light; fi; \
    TORCH_INDEX="$TORCH_INDEX" scripts/install-python.sh /opt/venv "$lock" dependencies && rm -rf /opt/tools

COPY . .
RUN scripts/install-python.sh /opt/venv light project && rm -rf /opt/tools \
    && useradd --create-home --uid 1000 prelabel \
    && mkdir -p /models/easyocr data && chown prelabel /models/easyocr data
USER prelabel
ENV PYTHONUNBUFFERED=1
CMD ["celery", "-A", "workers.cpu", "worker", "--loglevel", "INFO"]
