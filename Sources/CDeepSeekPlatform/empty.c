#include "CDeepSeekPlatform.h"
