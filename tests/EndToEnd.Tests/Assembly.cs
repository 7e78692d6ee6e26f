using UserDomain.EndToEnd.Tests.Browsing;

[assembly: AssemblyFixture(typeof(RunningSystem))]
[assembly: AssemblyFixture(typeof(Chromium))]
