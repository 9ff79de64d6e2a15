"""The names of accounts that machines make and examples use: they tell of nobody."""

_NAMES = (
    "root runner app ubuntu user public default node admin administrator ec2-user vsts vsts_azpcontainer circleci"
    " git hg jenkins www-data me you youruser username user-name vscode codespace jovyan deploy docker debian centos"
    " fedora opc azureuser pi appuser nonroot coder worker build builder shared all linuxbrew myuser yourname"
    " your-name your_name dev developer gitpod sandbox name oauth2 x-access-token postgres mysql redis guest"
    " anonymous nobody service daemon defaultuser test example site users home"
)
MACHINE_ACCOUNTS = frozenset(_NAMES.split())
