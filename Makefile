# The contributor's interface. 'make help' lists it.
SWIFT ?= swift
CONFIGURATION ?= release
DEEPSEEK = .build/$(CONFIGURATION)/deepseek
PROMPT ?= Once upon a time
SMALL ?= ../shared/models/v2-small

.DEFAULT_GOAL := help
.PHONY: help run chat mini build test fuzz soak format lint bench-tokenizer bench-transformers bench-peers bench-training bench-serving system clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: system build ## Build, and chat with DeepSeek-V2-Mini, which ships; or complete PROMPT with the checkpoint in MODEL=folder
	@if [ -n "$(MODEL)" ]; then \
	  $(DEEPSEEK) generate --model "$(MODEL)" --prompt "$(PROMPT)" --max-tokens 64; \
	elif [ -t 0 ]; then \
	  $(DEEPSEEK) chat; \
	else \
	  echo "No terminal to type at; DeepSeek-V2-Mini answers:"; sed 's/^/> /' Recipes/mini/hello.txt; \
	  $(DEEPSEEK) chat --quiet --temperature 0 <Recipes/mini/hello.txt; \
	fi

chat: system build ## Chat with the checkpoint in MODEL=folder
	@$(DEEPSEEK) chat $(if $(MODEL),--model "$(MODEL)")

mini: build ## Make DeepSeek-V2-Mini again from nothing, in runs/mini (goes on where it stopped)
	DEEPSEEK=$(DEEPSEEK) Recipes/mini/run

build: ## Build the command line
	$(SWIFT) build -c $(CONFIGURATION) --product deepseek

# One after the other: networks and servers that share the processors in one test run wait for each other, and time out.
test: system ## Run all tests (short forms), in release
	$(SWIFT) test -c release --disable-testable-imports --no-parallel

fuzz: ## Feed 100,000 broken files of each kind to the readers
	DEEPSEEK_FUZZ_ITERATIONS=100000 $(SWIFT) test -c release --disable-testable-imports --filter FuzzTests

soak: fuzz build ## The long tests: fuzzing, the tokenizer on the whole corpus, 1,000 schemas, overload (SMALL=folder)
	DEEPSEEK_FULL_CORPUS=1 $(SWIFT) test -c release --disable-testable-imports --filter DeepSeekTokenizerTests
	DEEPSEEK_CONSTRAINT_SCHEMAS=1000 $(SWIFT) test -c release --disable-testable-imports --filter 'RandomSchemaTests|DeepSeekInferenceTests.ConstraintTests'
	@if [ -d "$(SMALL)" ]; then \
	  python3 Benchmarks/peers/serving.py --deepseek $(DEEPSEEK) --work .build/serving --only queue,overload --seconds 600 --small "$(SMALL)"; \
	else \
	  echo "skipped: the overload needs a small checkpoint with a tokenizer, SMALL=folder"; \
	fi

format: ## Format the sources
	$(SWIFT) format --in-place --parallel --recursive Sources Tests Package.swift

lint: ## Check the format of the sources
	$(SWIFT) format lint --strict --parallel --recursive Sources Tests Package.swift

bench-tokenizer: build ## Compare tokenizing with PyPI's tokenizers (MODEL=folder, FILES=texts)
	python3 Benchmarks/peers/tokenizer_speed.py --deepseek $(DEEPSEEK) --model "$(MODEL)" $(FILES)

bench-transformers: build ## Compare speed with Hugging Face Transformers (MODEL=folder)
	python3 Benchmarks/peers/transformers_speed.py --deepseek $(DEEPSEEK) --model "$(MODEL)"

bench-serving: build ## Compare serving with llama-server and vLLM (TOKENIZER=folder, LLAMA_SERVER, VLLM_PYTHON, SMALL=folder)
	python3 Benchmarks/peers/serving.py --deepseek $(DEEPSEEK) --work "$(or $(WORK),.build/serving)" $(if $(TOKENIZER),--tokenizer "$(TOKENIZER)") \
	  $(if $(LLAMA_SERVER),--llama-server "$(LLAMA_SERVER)") $(if $(VLLM_PYTHON),--vllm-python "$(VLLM_PYTHON)") --small "$(SMALL)"

bench-training: build ## Compare training speed with PyTorch
	python3 Benchmarks/peers/pytorch_training.py --deepseek $(DEEPSEEK)

bench-peers: build ## Compare speed with every peer that is installed (WORK=folder, TOKENIZER=folder)
	python3 Benchmarks/peers/compare.py --deepseek $(DEEPSEEK) --work "$(or $(WORK),.build/compare)" $(if $(TOKENIZER),--tokenizer "$(TOKENIZER)")

# What a fresh Debian lacks besides the Swift toolchain. Nothing is installed where all is there.
system:
	@for tool in git cc; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if ! command -v $(SWIFT) >/dev/null; then \
	  echo "The Swift toolchain (6.2 or later) is not on the PATH; see https://www.swift.org/install/linux/"; exit 1; \
	fi; \
	[ -f /usr/include/sqlite3.h ] || [ "$$(uname)" = Darwin ] || missing="$$missing sqlite3"; \
	if [ -n "$$missing" ] && command -v apt-get >/dev/null; then \
	  [ "$$(id -u)" = 0 ] && as= || as=sudo; \
	  $$as apt-get update -q && $$as apt-get install -qy git gcc libc6-dev libsqlite3-dev; \
	fi

clean: ## Remove what was built
	rm -rf .build
