#include "CDeepSeekKernels.h"
