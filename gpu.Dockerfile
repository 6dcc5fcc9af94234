# The image of the gpu service: torch and transformers on CUDA, LightGBM on the CPU. It needs a driver with
# support for CUDA 13 (580 or newer).
#   docker build -f gpu.Dockerfile -t prelabel-gpu .
# PyPI's torch brings CUDA's libraries itself, so the smallest of NVIDIA's images is enough.
ARG CUDA_IMAGE=nvidia/cuda:13.0.1-base-ubuntu24.04
FROM ${CUDA_IMAGE}

# Another index for torch, such as PyTorch's own for an older CUDA. Empty: PyPI.
ARG TORCH_INDEX=

WORKDIR /app
COPY scripts/install-system.sh scripts/
RUN scripts/install-system.sh python kie && rm -rf /var/lib/apt/lists/*

COPY scripts/install-python.sh scripts/pip_settings.py scripts/
COPY locks locks
ENV TOOLS=/opt/tools UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1 PATH=/opt/venv/bin:$PATH
RUN TORCH_INDEX="$TORCH_INDEX" scripts/install-python.sh /opt/venv gpu dependencies && rm -rf /opt/tools

COPY . .
# Ubuntu's image has a user of id 1000 already.
RUN scripts/install-python.sh /opt/venv gpu project && rm -rf /opt/tools \
    && useradd --create-home --uid 1001 prelabel
USER prelabel
ENV PYTHONUNBUFFERED=1
CMD ["celery", "-A", "workers.gpu", "worker", "--loglevel", "INFO"]
