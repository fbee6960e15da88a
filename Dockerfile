# The workspace in a container: docker build -t secondsource . && docker run -p 8000:8000 -v secondsource:/data secondsource
# With PostgreSQL: compose.yaml. How to run it behind HTTPS, and keep it: docs/how-to/run-the-workspace.md

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements requirements
RUN python -m venv /opt/secondsource \
    && /opt/secondsource/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt -r requirements/web.txt
COPY . .
RUN /opt/secondsource/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --uid 10001 secondsource && install -d -o secondsource -m 700 /data
COPY --from=build /opt/secondsource /opt/secondsource
ENV PATH=/opt/secondsource/bin:$PATH SECONDSOURCE_DATA=/data PYTHONUNBUFFERED=1
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/alive/', timeout=4)"]
# Without demonstration data; the first manager comes in by: docker exec NAME secondsource workspace person maria --team Ours
CMD ["secondsource", "serve", "--host", "0.0.0.0", "--port", "8000", "--empty"]
