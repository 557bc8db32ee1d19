import sys
sys.path.insert(0,'/tmp/t')
from trial import *
