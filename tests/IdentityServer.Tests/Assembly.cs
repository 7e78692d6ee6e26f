using UserDomain.Testing;

[assembly: AssemblyFixture(typeof(RunningSystem))]
